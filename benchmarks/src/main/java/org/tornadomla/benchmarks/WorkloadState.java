package org.tornadomla.benchmarks;

import org.openjdk.jmh.annotations.TearDown;

/** A workload of a JMH benchmark: checked when it is set up, so that none with a wrong answer is ever timed. */
public abstract class WorkloadState {

    /** Engine of the peer as a parameter, beside those of the library. */
    static final String PEER = Suite.PEER;

    private Workload workload;

    /** Takes a workload and checks its answer. */
    final void use(Workload ready) {
        workload = ready;
        try {
            ready.check(toString());
        } catch (WrongAnswerException e) {
            ready.close();
            throw e;
        }
    }

    /** Runs once and counts. */
    final void run(Throughput counters) {
        workload.run();
        counters.count(workload);
    }

    /** Releases the workload. */
    @TearDown
    public void close() {
        workload.close();
    }
}
