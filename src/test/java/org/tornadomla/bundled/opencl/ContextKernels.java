package org.tornadomla.bundled.opencl;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels for work-items and work-groups. */
final class ContextKernels {

    private ContextKernels() {
    }

    /**
     * Writes the sum of each group's part of {@code in}, by a tree in local memory; right for any local size up to 128.
     */
    static void groupSums(KernelContext context, IntArray in, IntArray sums) {
        int[] part = context.allocateIntLocalArray(128);
        int id = context.localIdx;
        int global = context.globalIdx;
        part[id] = global < in.getSize() ? in.get(global) : 0;
        context.localBarrier();
        for (int count = context.localGroupSizeX; count > 1; count = (count + 1) / 2) {
            int half = (count + 1) / 2;
            if (id + half < count) {
                part[id] += part[id + half];
            }
            waitForAll(context);
        }
        if (id == 0) {
            sums.set(context.groupIdx, part[0]);
        }
    }

    private static void waitForAll(KernelContext context) {
        context.localBarrier();
    }

    /** Each work-item of a 3-dimensional grid writes its place; those behind {@code limit} return early. */
    static void places(KernelContext context, IntArray out, int limit) {
        int x = context.globalIdx;
        int y = context.globalIdy;
        int z = context.globalIdz;
        int at = (z * context.globalGroupSizeY + y) * context.globalGroupSizeX + x;
        if (at >= limit) {
            return;
        }
        out.set(at, context.groupIdx * 1_000_000 + context.groupIdy * 100_000 + context.groupIdz * 10_000
                + context.localIdx * 1000 + context.localIdy * 100 + context.localIdz * 10 + context.localGroupSizeY);
    }

    static void count(KernelContext context, IntArray counts) {
        int[] local = context.allocateIntLocalArray(1);
        if (context.localIdx == 0) {
            local[0] = 0;
        }
        context.localBarrier();
        context.atomicAdd(local, 0, 1);
        context.atomicAdd(counts, context.globalIdx & 3, context.globalIdx);
        context.localBarrier();
        if (context.localIdx == 0) {
            context.atomicAdd(counts, 4, local[0]);
        }
    }

    /** Sums products through local memory that a helper reads. */
    static void helperReadsLocal(KernelContext context, FloatArray in, FloatArray out, int size) {
        float[] tile = context.allocateFloatLocalArray(size * 2);
        tile[context.localIdx] = in.get(context.globalIdx);
        context.localBarrier();
        out.set(context.globalIdx, sum(tile, context.localGroupSizeX) * in.get(0));
    }

    private static float sum(float[] values, int count) {
        float total = 0f;
        for (int i = 0; i < count; i++) {
            total += values[i];
        }
        return total;
    }

    static void muchLocalMemory(KernelContext context, FloatArray out) {
        float[] tile = context.allocateFloatLocalArray(1 << 28);
        tile[context.localIdx] = 1f;
        out.set(context.globalIdx, tile[0]);
    }
}
