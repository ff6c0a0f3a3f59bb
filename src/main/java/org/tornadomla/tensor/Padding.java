package org.tornadomla.tensor;

/** Widths rounded up to what the kernels work in. */
public final class Padding {

    /** Floats in a vector. */
    public static final int LANES = 16;

    private Padding() {
    }

    /** Vectors that hold {@code floats} floats. */
    public static int vectors(int floats) {
        return Math.ceilDiv(floats, LANES);
    }

    /** {@code floats} rounded up to whole vectors. */
    public static int toVectors(int floats) {
        return vectors(floats) * LANES;
    }

    /** {@code value} rounded up to a multiple of {@code step}. */
    public static int toMultiple(int value, int step) {
        return Math.multiplyExact(Math.ceilDiv(value, step), step);
    }
}
