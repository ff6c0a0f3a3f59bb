package org.tornadomla.benchmarks;

import org.openjdk.jmh.annotations.TearDown;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;

/** A workload of a JMH benchmark: checked when it is set up, so that none with a wrong answer is ever timed. */
public abstract class WorkloadState {

    /** Engine of the peer as a parameter, beside those of the library. */
    static final String PEER = Suite.PEER;

    /** Stands for the first device of an engine; others are numbered as {@code mla devices} lists them. */
    static final String FIRST = "first";

    private Workload workload;
    private Cost cost;

    /**
     * The device of an engine.
     *
     * @param device {@link #FIRST}, an index among the engine's devices, or backend:index
     */
    static Target target(String engine, String device) {
        return Targets.choose(engine, device.equals(FIRST) ? null : device);
    }

    /** Takes a workload and checks its answer. */
    final void use(Workload ready) {
        workload = ready;
        cost = ready.cost();
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
        counters.count(cost);
    }

    /** Releases the workload. */
    @TearDown
    public void close() {
        workload.close();
    }
}
