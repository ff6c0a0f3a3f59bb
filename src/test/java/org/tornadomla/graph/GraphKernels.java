package org.tornadomla.graph;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels that make visible which copy of an array a graph works on. */
public final class GraphKernels {

    private GraphKernels() {
    }

    /** sum += x. */
    public static void addTo(FloatArray x, FloatArray sum) {
        for (@Parallel
        int i = 0; i < x.getSize(); i++) {
            sum.set(i, sum.get(i) + x.get(i));
        }
    }

    /** y = x. */
    public static void copy(FloatArray x, FloatArray y) {
        for (@Parallel
        int i = 0; i < x.getSize(); i++) {
            y.set(i, x.get(i));
        }
    }

    /** places[i] = 100 times the group of work-item i, and its place in the group. */
    public static void places(KernelContext context, IntArray places) {
        places.set(context.globalIdx, 100 * context.groupIdx + context.localIdx);
    }

    /** An array of a length that is known to the work-item alone: no engine takes it. */
    public static void refused(IntArray sizes) {
        int[] values = new int[sizes.get(0)];
        sizes.set(0, values[0]);
    }

    /** y[i] = x[index[0]]; fails on an engine that checks indices when the index is not one of x. */
    public static void pick(FloatArray x, IntArray index, FloatArray y) {
        for (@Parallel
        int i = 0; i < y.getSize(); i++) {
            y.set(i, x.get(index.get(0)));
        }
    }
}
