package org.tornadomla.benchmarks;

import org.tornadomla.backend.Target;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** A device's roofline, from kernels of its own; on a CPU the host's own measurement counts where it is better. */
final class DeviceRoofline {

    private static final int CHUNKS = 256;
    private static final int VECTORS = CHUNKS * RooflineKernels.CHUNK;
    private static final int VECTOR_BYTES = 16 * Float.BYTES;
    private static final int PASSES = 4096;
    private static final int ITEMS_PER_UNIT = 64;
    private static final int ROUNDS = 7;

    private DeviceRoofline() {
    }

    /**
     * Measures a device.
     *
     * @param threads threads that a CPU computes with
     */
    static Roofline measure(Target target, int threads) {
        Roofline device = new Roofline(arithmetic(target), Math.max(copy(target), sum(target)));
        return target.manyCores() ? device : device.or(HostRoofline.measure(threads));
    }

    private static double copy(Target target) {
        IntArray count = IntArray.fromElements(CHUNKS);
        VectorFloat16 from = new VectorFloat16(VECTORS);
        VectorFloat16 to = new VectorFloat16(VECTORS);
        try (KernelGraph graph = new KernelGraph("copy", target, CHUNKS,
                (g, name) -> g.task(name, RooflineKernels::copy, from, count, to), from, count, to)) {
            return 2.0 * VECTORS * VECTOR_BYTES / best(graph);
        }
    }

    private static double sum(Target target) {
        IntArray count = IntArray.fromElements(CHUNKS);
        VectorFloat16 from = new VectorFloat16(VECTORS);
        VectorFloat16 sums = new VectorFloat16(CHUNKS);
        try (KernelGraph graph = new KernelGraph("sum", target, CHUNKS,
                (g, name) -> g.task(name, RooflineKernels::sum, from, count, sums), from, count, sums)) {
            return (double) VECTORS * VECTOR_BYTES / best(graph);
        }
    }

    private static double arithmetic(Target target) {
        int items = ITEMS_PER_UNIT * target.computeUnits();
        IntArray count = IntArray.fromElements(items);
        VectorFloat16 factors = new VectorFloat16(2);
        factors.getArray().init(0.5f);
        VectorFloat16 sums = new VectorFloat16(items);
        try (KernelGraph graph = new KernelGraph("arithmetic", target, items,
                (g, name) -> g.task(name, RooflineKernels::arithmetic, factors, PASSES, count, sums), factors, count,
                sums)) {
            return 2.0 * 16 * RooflineKernels.MULTIPLY_ADDS * PASSES * items / best(graph);
        }
    }

    private static double best(KernelGraph graph) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            graph.run();
            best = Math.min(best, (System.nanoTime() - start) / Timing.NANOSECONDS);
        }
        return best;
    }
}
