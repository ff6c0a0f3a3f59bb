package org.tornadomla.bundled.jvm;

import java.util.Arrays;

/** Fills the arrays that a kernel makes with what a device leaves in them: anything but zeros. Called by kernels. */
public final class PrivateArrays {

    private static final int ABSURD = 0x7F7F7F7F;

    private PrivateArrays() {
    }

    /** The array, filled with NaN. */
    public static float[] poisoned(float[] array) {
        Arrays.fill(array, Float.NaN);
        return array;
    }

    /** The array, filled with NaN. */
    public static double[] poisoned(double[] array) {
        Arrays.fill(array, Double.NaN);
        return array;
    }

    /** The array, filled with a number that is no index. */
    public static int[] poisoned(int[] array) {
        Arrays.fill(array, ABSURD);
        return array;
    }

    /** The array, filled with a number that is no index. */
    public static long[] poisoned(long[] array) {
        Arrays.fill(array, ABSURD);
        return array;
    }
}
