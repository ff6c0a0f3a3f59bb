package org.tornadomla.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Rows of numbers that steps pass on, in an array of the kind that a kernel family uses for them. Only the family looks
 * into it.
 *
 * @param array  the array, as tasks take it
 * @param stride elements of the array between rows
 * @param norm   the norm that products are to take of the rows as they read them; empty for none
 */
public record Rows(Object array, int stride, Optional<Norm> norm) {

    private static final int LANES = 16;

    /**
     * A root mean square norm.
     *
     * @param weight as the family keeps it
     * @param eps    added to the mean square
     */
    public record Norm(Object weight, float eps) {

        /** The weight of a family that keeps it as floats. */
        FloatArray floats() {
            return (FloatArray) weight;
        }
    }

    /** Rows that are read as they are. */
    public Rows(Object array, int stride) {
        this(array, stride, Optional.empty());
    }

    /** The same rows with a norm on them. */
    public Rows normed(Object weight, float eps) {
        return new Rows(array, stride, Optional.of(new Norm(weight, eps)));
    }

    /** The numbers of the host's array, whichever kind it is of. */
    public FloatArray numbers() {
        return array instanceof VectorFloat16 vectors ? vectors.getArray() : floats();
    }

    /** Puts numbers at the start of a row of the host's array. */
    public void set(int row, float... numbers) {
        FloatArray all = numbers();
        long from = (long) row * stride * (array instanceof VectorFloat16 ? LANES : 1);
        MemorySegment.copy(numbers, 0, all.getSegment(), ValueLayout.JAVA_FLOAT, from * Float.BYTES, numbers.length);
    }

    /** The array of a family that keeps these rows as floats. */
    public FloatArray floats() {
        return (FloatArray) array;
    }

    /** The array of a family that keeps these rows as vectors. */
    public VectorFloat16 vectors() {
        return (VectorFloat16) array;
    }
}
