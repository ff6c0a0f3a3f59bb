package org.tornadomla.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleConsumer;

/**
 * The work that brings weights to their arrays. It is put off until all arrays are known, so that a plan can be built
 * and compiled over them meanwhile, and is left out where the arrays get their content in another way.
 */
public final class Filling {

    private record Job(long numbers, Runnable work) {
    }

    private final List<Job> jobs = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * Puts work off.
     *
     * @param numbers how many weights it reads
     * @param work    may use all cores; reads from files that stay open until it is done
     */
    public void add(long numbers, Runnable work) {
        jobs.add(new Job(numbers, work));
    }

    /**
     * Does the work, in the order in which it was added.
     *
     * @param done told from time to time which part of all weights is read, up to 1
     * @throws CancellationException when it is stopped
     */
    public void run(DoubleConsumer done) {
        double all = jobs.stream().mapToLong(Job::numbers).sum();
        long read = 0;
        for (Job job : jobs) {
            if (stopped) {
                throw new CancellationException("the weights are not wanted any more");
            }
            job.work().run();
            read += job.numbers();
            done.accept(read / all);
        }
    }

    /** Ends the work early, before the next matrix, where nobody waits for the weights any more. */
    public void stop() {
        stopped = true;
    }
}
