package org.tornadomla.benchmarks;

import java.util.Map;

/** Something that takes time and gives an answer that is known. */
interface Workload extends AutoCloseable {

    /**
     * Largest error as a fraction of the answer's largest magnitude: that of the golden cases, for sums of the same
     * kind.
     */
    double ALLOWED_ERROR = 1e-5;

    /** What cannot be done without. */
    Cost cost();

    /** Does the work once, from inputs that are there to an answer that is there. */
    void run();

    /**
     * Runs and compares the answer with the float64 reference.
     *
     * @return largest difference as a fraction of the largest magnitude; NaN where a result is no number
     */
    double error();

    /**
     * Runs with the device's profiler on.
     *
     * @return nanoseconds of each task, by "graph.task"; empty where there is no profiler
     */
    default Map<String, Long> profile() {
        return Map.of();
    }

    /** Releases what it holds. */
    @Override
    void close();

    /**
     * Refuses a workload whose answer is wrong.
     *
     * @param name what the message calls it
     * @return the error
     * @throws WrongAnswerException when the answer is too far from the reference or is no number
     */
    default double check(String name) {
        double error = error();
        if (!(error <= ALLOWED_ERROR)) {
            throw new WrongAnswerException(name, error);
        }
        return error;
    }
}
