package org.tornadomla.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The host's roofline, from the Vector API and memory copies of the JDK: what any engine on the CPU can reach. */
final class HostRoofline {

    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 8;
    private static final int PASSES = 4_000_000;
    private static final long COPY_BYTES = 64L << 20;
    private static final int ROUNDS = 7;

    private HostRoofline() {
    }

    /** Measures with a number of threads at once. */
    static Roofline measure(int threads) {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads); Arena arena = Arena.ofShared()) {
            List<MemorySegment> sources = new ArrayList<>();
            List<MemorySegment> targets = new ArrayList<>();
            long share = COPY_BYTES / threads;
            long alignment = LANES.vectorByteSize();
            for (int thread = 0; thread < threads; thread++) {
                sources.add(arena.allocate(share, alignment).fill((byte) 1));
                targets.add(arena.allocate(share, alignment).fill((byte) 2));
            }
            double copy = best(pool, threads, thread -> targets.get(thread).copyFrom(sources.get(thread)));
            double arithmetic = best(pool, threads, thread -> multiplyAdds());
            double operations = 2.0 * CHAINS * LANES.length() * PASSES * threads;
            return new Roofline(operations / arithmetic, 2.0 * share * threads / copy);
        }
    }

    @FunctionalInterface
    private interface Work {
        Object of(int thread);
    }

    /** Least seconds of several rounds in which every thread does its work once. */
    private static double best(ExecutorService pool, int threads, Work work) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int index = thread;
                running.add(pool.submit(() -> work.of(index)));
            }
            for (Future<?> part : running) {
                await(part);
            }
            best = Math.min(best, (System.nanoTime() - start) / Timing.NANOSECONDS);
        }
        return best;
    }

    private static void await(Future<?> part) {
        try {
            part.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring the machine", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("measuring the machine failed", e.getCause());
        }
    }

    private static Float multiplyAdds() {
        FloatVector x = FloatVector.broadcast(LANES, 1e-3f);
        FloatVector y = FloatVector.broadcast(LANES, 0.999f);
        FloatVector a = x;
        FloatVector b = x;
        FloatVector c = x;
        FloatVector d = x;
        FloatVector e = x;
        FloatVector f = x;
        FloatVector g = x;
        FloatVector h = x;
        for (int i = 0; i < PASSES; i++) {
            a = a.fma(y, x);
            b = b.fma(y, x);
            c = c.fma(y, x);
            d = d.fma(y, x);
            e = e.fma(y, x);
            f = f.fma(y, x);
            g = g.fma(y, x);
            h = h.fma(y, x);
        }
        return a.add(b).add(c.add(d)).add(e.add(f).add(g.add(h))).reduceLanes(VectorOperators.ADD);
    }
}
