package org.tornadomla.graph;

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

    /** y[i] = x[index[0]]; fails on an engine that checks indices when the index is not one of x. */
    public static void pick(FloatArray x, IntArray index, FloatArray y) {
        for (@Parallel
        int i = 0; i < y.getSize(); i++) {
            y.set(i, x.get(index.get(0)));
        }
    }
}
