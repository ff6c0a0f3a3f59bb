package org.tornadomla.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Turns and ratios, with workloads that wait. */
class TimingTest {

    private static final double BUDGET = 0.1;

    /** Notes its name and waits for a time. */
    private record Waiting(StringBuilder order, char name, long millis) implements Workload {

        @Override
        public Cost cost() {
            return new Cost(1, 1);
        }

        @Override
        public void run() {
            order.append(name);
            long end = System.nanoTime() + millis * 1_000_000;
            for (long left = millis * 1_000_000; left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        @Override
        public double error() {
            return 0;
        }

        @Override
        public void close() {
        }
    }

    @Test
    void workloadsTakeTurns() {
        StringBuilder order = new StringBuilder();
        Timing timing = Timing.of(new Waiting(order, 'o', 8), List.of(new Waiting(order, 'p', 15)), BUDGET);
        int rounds = timing.peers().getFirst().ratios().length;
        assertTrue(rounds >= 7, rounds + " rounds");
        // Both warm up once; then every slice of the peer lies between two of ours.
        assertEquals("op" + "op".repeat(rounds) + "o", order.toString().replaceAll("(.)\\1+", "$1"));
    }

    @Test
    void ratioComparesAPeerWithOursBeforeAndAfter() {
        StringBuilder order = new StringBuilder();
        Timing timing = Timing.of(new Waiting(order, 'o', 6), List.of(new Waiting(order, 'p', 6)), BUDGET);
        Timing.Peer peer = timing.peers().getFirst();
        double[] ratios = peer.ratios();
        for (int round = 0; round < ratios.length; round++) {
            assertEquals((timing.ours()[round] + timing.ours()[round + 1]) / 2 / peer.seconds()[round], ratios[round],
                    1e-12);
        }
        Arrays.sort(ratios);
        assertEquals(ratios[ratios.length / 2], peer.ratio());
        assertTrue(timing.least() <= timing.median());
    }
}
