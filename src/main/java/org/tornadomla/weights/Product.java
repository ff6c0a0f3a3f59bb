package org.tornadomla.weights;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
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
 * @param gated  whether outputs are gate and up of a feed-forward, which a family may take together at once
 */
public record Product(String name, Rows x, RowGroups rows, Object bias, boolean biased, Rows y, boolean added,
        boolean gated) {

    /** A product whose outputs are wanted as they are. */
    public Product(String name, Rows x, RowGroups rows, Object bias, boolean biased, Rows y, boolean added) {
        this(name, x, rows, bias, biased, y, added, false);
    }

    /** The product of gate and up of a feed-forward, without a bias. */
    public static Product gateUp(String name, Rows x, RowGroups rows, Object none, Rows y) {
        return new Product(name, x, rows, none, false, y, false, true);
    }

    /** The bias of a family that keeps it as vectors. */
    VectorFloat16 biasVectors() {
        return (VectorFloat16) bias;
    }

    /** The bias of a family that keeps it as floats. */
    FloatArray biasFloats() {
        return (FloatArray) bias;
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
