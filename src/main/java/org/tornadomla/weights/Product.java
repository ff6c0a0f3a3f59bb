package org.tornadomla.weights;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * A matrix product as a step of a graph, the weight left open: y = x W^T (+ bias) (+ y).
 *
 * @param name   of the step
 * @param x      rows that products read
 * @param rows   which rows a matrix multiplies
 * @param bias   as the kernel family keeps it; one of any length that no kernel reads where biased is false
 * @param biased whether the bias is added
 * @param y      rows that products write
 * @param added  whether the product is added to what stands in y
 */
public record Product(String name, Rows x, RowGroups rows, Object bias, boolean biased, Rows y, boolean added) {

    /** The bias of a family that keeps it as vectors. */
    VectorFloat16 biasVectors() {
        return (VectorFloat16) bias;
    }

    /** 1 where the bias is added, as kernels take it. */
    int hasBias() {
        return biased ? 1 : 0;
    }

    /** 1 where the product is added to what stands there, as kernels take it. */
    int accumulate() {
        return added ? 1 : 0;
    }
}
