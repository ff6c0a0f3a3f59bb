package org.tornadomla.blocks;

/** The values that four bits stand for. */
final class NibbleTables {

    /** E2M1: sign, two bits of exponent (bias 1), one of fraction (OCP Microscaling Formats 1.0, section 5.3.3). */
    private static final float[] E2M1 = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};
    /** Whole numbers from -8, as compressed-tensors packs them. */
    private static final float[] WHOLE = {-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7};

    /** Of a scale in E8M0. */
    static final int EXPONENT_BIAS = 127;
    private static final int NOT_A_NUMBER = 255;

    private NibbleTables() {
    }

    static float[] e2m1() {
        return E2M1.clone();
    }

    static float[] whole() {
        return WHOLE.clone();
    }

    /** The four bits of the E2M1 value that is nearest to a number; of two the one of an even fraction. */
    static int nearest(float number) {
        float magnitude = Math.abs(number);
        int best = 0;
        for (int bits = 1; bits < E2M1.length / 2; bits++) {
            float closer = Math.abs(E2M1[best] - magnitude) - Math.abs(E2M1[bits] - magnitude);
            best = closer > 0 || closer == 0 && bits % 2 == 0 ? bits : best;
        }
        return number < 0 ? best | E2M1.length / 2 : best;
    }

    /** The number of a scale in E8M0, the power of two of an 8-bit exponent (the same text, section 5.4.1). */
    static float powerOfTwo(byte bits) {
        int exponent = bits & 0xFF;
        return exponent == NOT_A_NUMBER ? Float.NaN : Math.scalb(1f, exponent - EXPONENT_BIAS);
    }
}
