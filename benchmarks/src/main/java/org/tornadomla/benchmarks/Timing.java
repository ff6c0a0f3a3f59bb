package org.tornadomla.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times of workloads that take turns, so that what else happens on the machine meets all of them alike.
 *
 * @param seconds for each workload the seconds of one run, a sample a round
 */
record Timing(List<double[]> seconds) {

    /** Nanoseconds of a second. */
    static final double NANOSECONDS = 1e9;

    private static final int MIN_ROUNDS = 5;
    private static final int MAX_ROUNDS = 201;
    /** Warming up ends with a window whose runs are not faster by this factor than those of the window before. */
    private static final double STEADY = 0.9;
    private static final int MAX_WINDOWS = 16;
    /** Seconds of a window at least: time for the JVM to compile what it just found to run often. */
    private static final double MIN_WINDOW = 0.2;
    /** A sample repeats short work until it takes this long, so that the clock's steps do not count. */
    private static final double SAMPLE_SECONDS = 2e-3;

    /**
     * Runs workloads in turns.
     *
     * @param budget seconds to spend on measuring; an odd number of at least 5 rounds is made in any case
     */
    static Timing of(List<? extends Workload> workloads, double budget) {
        int[] repeats = new int[workloads.size()];
        double round = 0;
        for (int i = 0; i < repeats.length; i++) {
            double once = warm(workloads.get(i), Math.max(MIN_WINDOW, budget / 8));
            repeats[i] = (int) Math.max(1, Math.ceil(SAMPLE_SECONDS / once));
            round += once * repeats[i];
        }
        int rounds = (int) Math.clamp(budget / round, MIN_ROUNDS, MAX_ROUNDS) | 1;
        List<double[]> seconds = new ArrayList<>();
        workloads.forEach(workload -> seconds.add(new double[rounds]));
        for (int sample = 0; sample < rounds; sample++) {
            for (int i = 0; i < repeats.length; i++) {
                seconds.get(i)[sample] = sample(workloads.get(i), repeats[i]);
            }
        }
        return new Timing(seconds);
    }

    /**
     * Runs until it gets no faster: the JVM compiles what runs often, in several steps.
     *
     * @param window seconds of runs that are compared with those before
     * @return seconds of one run
     */
    private static double warm(Workload workload, double window) {
        double before = sample(workload, 1);
        for (int count = 0; count < MAX_WINDOWS; count++) {
            double spent = 0;
            int runs = 0;
            while (spent < window) {
                spent += sample(workload, 1);
                runs++;
            }
            double now = spent / runs;
            if (now > STEADY * before) {
                return now;
            }
            before = now;
        }
        return before;
    }

    private static double sample(Workload workload, int repeats) {
        long start = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
            workload.run();
        }
        return (System.nanoTime() - start) / NANOSECONDS / repeats;
    }

    /** Median seconds of a workload. */
    double median(int workload) {
        return middle(seconds.get(workload).clone());
    }

    /** Least seconds of a workload. */
    double best(int workload) {
        return Arrays.stream(seconds.get(workload)).min().orElseThrow();
    }

    /** Median over the rounds of one workload's time divided by another's in the same round. */
    double ratio(int workload, int other) {
        double[] ratios = new double[seconds.get(workload).length];
        for (int sample = 0; sample < ratios.length; sample++) {
            ratios[sample] = seconds.get(workload)[sample] / seconds.get(other)[sample];
        }
        return middle(ratios);
    }

    private static double middle(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
