package org.tornadomla.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Times of a workload and of its peers, in short slices that take turns: ours, peer, ours, peer, ours. A peer's slice
 * is compared with the mean of ours before and after it, so that neither what else happens on the machine nor a change
 * of its clock favours one.
 *
 * @param ours  seconds of one run, a sample a slice
 * @param peers for each peer its samples and their comparison
 */
record Timing(double[] ours, List<Peer> peers) {

    /** Nanoseconds of a second. */
    static final double NANOSECONDS = 1e9;

    private static final int MIN_ROUNDS = 7;
    private static final int MAX_ROUNDS = 151;
    /** Times the budget that is spent at most where rounds take longer than they should. */
    private static final double LONGEST = 2;
    /** Warming up ends with a window whose runs are not faster by this factor than those of the window before. */
    private static final double STEADY = 0.95;
    private static final int MIN_WINDOWS = 3;
    private static final int MAX_WINDOWS = 12;
    /** Seconds of a window at least: time for the JVM to compile what it just found to run often. */
    private static final double MIN_WINDOW = 0.15;
    /**
     * A slice repeats short work until it takes this long, so that steps of the clock and of the scheduler do not
     * count.
     */
    private static final double MIN_SLICE = 5e-3;
    /** A slice beside a slow peer is as long as the peer's, but not longer than this. */
    private static final double MAX_SLICE = 40e-3;

    /**
     * Times of a peer.
     *
     * @param seconds of one run, a sample a round
     * @param ratios  our time divided by the peer's, a sample a round
     * @param best    our least time in those rounds divided by the peer's
     */
    record Peer(double[] seconds, double[] ratios, double best) {

        /** Median seconds. */
        double median() {
            return middle(seconds);
        }

        /** Least seconds. */
        double least() {
            return least(seconds);
        }

        /** Median of the ratios. */
        double ratio() {
            return middle(ratios);
        }

        private static double least(double[] values) {
            return Arrays.stream(values).min().orElseThrow();
        }
    }

    /**
     * Warms everything up and runs it in turns.
     *
     * @param budget seconds to spend on measuring, shared by the peers; at least 7 rounds are made in any case
     */
    static Timing of(Workload ours, List<? extends Workload> others, double budget) {
        double window = Math.max(MIN_WINDOW, budget / 10);
        double once = warm(ours, window);
        if (others.isEmpty()) {
            int repeats = repeats(once, MIN_SLICE);
            double[] seconds = new double[rounds(budget, once * repeats)];
            int done = inTurn(seconds.length, budget, round -> seconds[round] = slice(ours, repeats));
            return new Timing(Arrays.copyOf(seconds, done), List.of());
        }
        List<double[]> all = new ArrayList<>();
        List<Peer> peers = new ArrayList<>();
        for (Workload other : others) {
            peers.add(inTurns(ours, once, other, warm(other, window), budget / others.size(), all));
        }
        return new Timing(all.stream().flatMapToDouble(Arrays::stream).toArray(), peers);
    }

    private static Peer inTurns(Workload ours, double once, Workload other, double otherOnce, double budget,
            List<double[]> all) {
        double length = Math.clamp(otherOnce, MIN_SLICE, MAX_SLICE);
        int repeats = repeats(once, length);
        int otherRepeats = repeats(otherOnce, length);
        int rounds = rounds(budget, once * repeats + otherOnce * otherRepeats);
        double[] mine = new double[rounds + 1];
        double[] theirs = new double[rounds];
        mine[0] = slice(ours, repeats);
        int done = inTurn(rounds, budget, round -> {
            theirs[round] = slice(other, otherRepeats);
            mine[round + 1] = slice(ours, repeats);
        });
        double[] ratios = new double[done];
        for (int round = 0; round < done; round++) {
            ratios[round] = (mine[round] + mine[round + 1]) / 2 / theirs[round];
        }
        double[] ourSamples = Arrays.copyOf(mine, done + 1);
        double[] samples = Arrays.copyOf(theirs, done);
        all.add(ourSamples);
        return new Peer(samples, ratios, Peer.least(ourSamples) / Peer.least(samples));
    }

    /**
     * Makes rounds until they are all made, or until a machine that is busy with other things has taken too long; says
     * how many.
     */
    private static int inTurn(int rounds, double budget, IntConsumer round) {
        long start = System.nanoTime();
        int done = 0;
        while (done < rounds && (done < MIN_ROUNDS || (System.nanoTime() - start) / NANOSECONDS < LONGEST * budget)) {
            round.accept(done++);
        }
        return done;
    }

    private static int repeats(double once, double length) {
        return (int) Math.max(1, Math.ceil(length / once));
    }

    private static int rounds(double budget, double round) {
        return (int) Math.clamp(budget / round, MIN_ROUNDS, MAX_ROUNDS) | 1;
    }

    /**
     * Runs until it gets no faster: drivers build kernels when they first run, and the JVM compiles what runs often, in
     * several steps. Windows are compared by their fastest run, which other work on the machine disturbs least.
     *
     * @param window seconds of runs that are compared with those before
     * @return seconds of the fastest run
     */
    private static double warm(Workload workload, double window) {
        double before = slice(workload, 1);
        for (int count = 1; count <= MAX_WINDOWS; count++) {
            double spent = 0;
            double fastest = Double.MAX_VALUE;
            while (spent < window) {
                double once = slice(workload, 1);
                fastest = Math.min(fastest, once);
                spent += once;
            }
            boolean steady = fastest > STEADY * before;
            before = Math.min(before, fastest);
            if (count >= MIN_WINDOWS && steady) {
                break;
            }
        }
        return before;
    }

    private static double slice(Workload workload, int repeats) {
        long start = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
            workload.run();
        }
        return (System.nanoTime() - start) / NANOSECONDS / repeats;
    }

    /** Median seconds of ours. */
    double median() {
        return middle(ours);
    }

    /** Least seconds of ours. */
    double least() {
        return Peer.least(ours);
    }

    private static double middle(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
