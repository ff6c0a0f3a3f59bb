package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Rotary position embedding. Cosines and sines come from the host, as tables of shape [positions, ropeDim/2] that
 * already hold YaRN's frequencies and magnitude; what differs between models beyond that is which two elements form a
 * pair.
 */
public final class Rotary {

    /** Pairs (2p, 2p+1), written where they were. */
    public static final int NEIGHBOURS = 0;
    /** Pairs (2p, 2p+1), written to p and p + ropeDim/2. */
    public static final int EVENS_THEN_ODDS = 1;
    /** Pairs (p, p + ropeDim/2), written where they were. */
    public static final int HALVES = 2;

    private Rotary() {
    }

    /**
     * Rotates {@code plain[0 .. ropeDim-1]} by a position's angles to {@code rotated[to ..]}, and zeroes what is behind
     * up to padded.
     */
    static void rotate(float[] plain, FloatArray cosines, FloatArray sines, int position, int ropeDim, int padded,
            int layout, float[] rotated, int to) {
        int half = ropeDim / 2;
        for (int i = ropeDim; i < padded; i++) {
            rotated[to + i] = 0f;
        }
        for (int p = 0; p < half; p++) {
            int first = 2 * p;
            int second = 2 * p + 1;
            if (layout == HALVES) {
                first = p;
                second = p + half;
            }
            float cosine = cosines.get(position * half + p);
            float sine = sines.get(position * half + p);
            float a = plain[first] * cosine - plain[second] * sine;
            float b = plain[second] * cosine + plain[first] * sine;
            if (layout == EVENS_THEN_ODDS) {
                first = p;
                second = p + half;
            }
            rotated[to + first] = a;
            rotated[to + second] = b;
        }
    }
}
