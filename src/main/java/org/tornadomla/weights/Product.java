package org.tornadomla.weights;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * A matrix product as a step of a graph, the weight left open: y = x W^T (+ bias) (+ y).
 *
 * @param name    of the step
 * @param x       [rows, xStride] floats
 * @param xStride floats between rows of x
 * @param rows    which rows a matrix multiplies
 * @param bias    a vector for every 16 outputs; one of any length that no kernel reads where biased is false
 * @param biased  whether the bias is added
 * @param y       where the result goes
 */
public record Product(String name, FloatArray x, int xStride, RowGroups rows, VectorFloat16 bias, boolean biased,
        Result y) {

    /**
     * Where a product goes.
     *
     * @param rows       [rows, stride] vectors
     * @param stride     vectors between rows
     * @param accumulate whether the product is added to what stands there
     */
    public record Result(VectorFloat16 rows, int stride, boolean accumulate) {
    }

    /** 1 where the bias is added, as kernels take it. */
    int hasBias() {
        return biased ? 1 : 0;
    }

    /** 1 where the product is added to what stands there, as kernels take it. */
    int accumulate() {
        return y.accumulate() ? 1 : 0;
    }
}
