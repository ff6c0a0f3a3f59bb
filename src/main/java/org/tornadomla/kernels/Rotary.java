package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

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
     * Rotates the rotary part of every query head and writes it, scaled, behind the latent part of the packed queries
     * that {@link GroupAttention} reads; {@link QueryLanes} does so for the other attention kernels.
     *
     * @param q           [tokens, qStride] vectors, a row of heads of [nopeVectors | ropeVectors]. Not modified
     * @param cosines     [positions, ropeDim/2] floats. Not modified
     * @param sines       [positions, ropeDim/2] floats. Not modified
     * @param step        counts and token records. Not modified
     * @param tokensAt    where the token records begin in step
     * @param heads       number of heads
     * @param nopeVectors vectors of a head's part without position
     * @param ropeDim     elements that are rotated
     * @param qStride     vectors between rows of q
     * @param packedRow   vectors of a packed head
     * @param ropeAt      vectors before the rotary part of a packed head
     * @param scale       factor on everything written: the softmax scale
     * @param layout      {@link #NEIGHBOURS}, {@link #EVENS_THEN_ODDS} or {@link #HALVES}
     * @param packed      [tokens, heads, packedRow] vectors. Modified
     */
    public static void queries(VectorFloat16 q, FloatArray cosines, FloatArray sines, IntArray step, int tokensAt,
            int heads, int nopeVectors, int ropeDim, int qStride, int packedRow, int ropeAt, float scale, int layout,
            VectorFloat16 packed) {
        for (@Parallel
        int row = 0; row < step.get(StepLayout.HEAD_ROWS); row++) {
            int token = row / heads;
            int head = row - token * heads;
            int ropeVectors = (ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int from = token * qStride + head * (nopeVectors + ropeVectors);
            int to = row * packedRow;
            int position = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_POSITION);
            float[] plain = new float[((ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH];
            float[] rotated = new float[((ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH];
            for (int v = 0; v < ropeVectors; v++) {
                Lanes.unpack(q.get(from + nopeVectors + v), plain, v * Lanes.WIDTH);
            }
            rotate(plain, cosines, sines, position, ropeDim, ropeVectors * Lanes.WIDTH, layout, rotated, 0);
            for (int v = 0; v < ropeVectors; v++) {
                packed.set(to + ropeAt + v, Lanes.times(Lanes.pack(rotated, v * Lanes.WIDTH), scale));
            }
        }
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
