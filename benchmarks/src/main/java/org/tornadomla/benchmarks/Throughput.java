package org.tornadomla.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counters that JMH shows beside operations a second: arithmetic and memory of the workload's cost. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Throughput {

    /** Billions of floating-point operations. */
    public double gflop;
    /** Billions of bytes. */
    public double gbyte;

    /** Counts one run of a workload. */
    void count(Cost cost) {
        gflop += cost.flops() / Suite.GIGA;
        gbyte += cost.bytes() / Suite.GIGA;
    }
}
