package org.tornadomla.weights;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Rows of numbers that steps pass on, in an array of the kind that a kernel family uses for them. Only the family looks
 * into it.
 *
 * @param array  the array, as tasks take it
 * @param stride elements of the array between rows
 */
public record Rows(Object array, int stride) {

    /** The array of a family that keeps these rows as floats. */
    public FloatArray floats() {
        return (FloatArray) array;
    }

    /** The array of a family that keeps these rows as vectors. */
    public VectorFloat16 vectors() {
        return (VectorFloat16) array;
    }
}
