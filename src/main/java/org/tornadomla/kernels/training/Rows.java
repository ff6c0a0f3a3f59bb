package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Helpers on rows of vectors, inlined into the kernels that call them. */
final class Rows {

    private Rows() {
    }

    /** Writes a vector, or adds it to what stands there when accumulate is 1. */
    static void put(VectorFloat16 y, int at, Float16 value, int accumulate) {
        Float16 sum = value;
        if (accumulate == 1) {
            sum = Float16.add(y.get(at), value);
        }
        y.set(at, sum);
    }

    /** Zeroes vectors unless accumulate is 1: the start of a sum in the result itself. */
    static void begin(VectorFloat16 y, int at, int vectors, int accumulate) {
        if (accumulate == 0) {
            for (int v = 0; v < vectors; v++) {
                y.set(at + v, Lanes.zero());
            }
        }
    }

    /** Sum of the products of two rows of vectors. */
    static float dot(VectorFloat16 a, int aAt, VectorFloat16 b, int bAt, int vectors) {
        Float16 products = Lanes.zero();
        for (int v = 0; v < vectors; v++) {
            products = Float16.add(products, Float16.mult(a.get(aAt + v), b.get(bAt + v)));
        }
        return Lanes.sum(products);
    }
}
