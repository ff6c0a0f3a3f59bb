package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Turns the queries of a sparse attention's indexer, and puts sixteen heads into the lanes of vectors. */
public final class IndexQueries {

    private IndexQueries() {
    }

    /**
     * Takes one token a work-item.
     *
     * @param q        [tokens, qStride] vectors: heads, each padded to vectors. Not modified
     * @param cosines  [positions, ropeDim/2] floats. Not modified
     * @param sines    [positions, ropeDim/2] floats. Not modified
     * @param step     counts and token records. Not modified
     * @param tokensAt where the token records begin in step
     * @param heads    number of heads
     * @param vectors  vectors of a head
     * @param ropeDim  floats of a head's front that turn
     * @param qStride  vectors between rows of q
     * @param layout   pairs that turn together, as {@link Rotary} names them
     * @param lanes    [tokens, groups of heads, 16 vectors] vectors: an element of sixteen heads each. Modified
     */
    public static void tokens(VectorFloat16 q, FloatArray cosines, FloatArray sines, IntArray step, int tokensAt,
            int heads, int vectors, int ropeDim, int qStride, int layout, VectorFloat16 lanes) {
        for (@Parallel
        int token = 0; token < step.get(StepLayout.TOKENS); token++) {
            int groups = (heads + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int width = vectors * Lanes.WIDTH;
            int position = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_POSITION);
            float[] plain = new float[vectors * Lanes.WIDTH];
            float[] tile = new float[vectors * Lanes.WIDTH * Lanes.WIDTH];
            for (int group = 0; group < groups; group++) {
                for (int lane = 0; lane < Lanes.WIDTH; lane++) {
                    int head = Math.min(group * Lanes.WIDTH + lane, heads - 1);
                    for (int v = 0; v < vectors; v++) {
                        Lanes.unpack(q.get(token * qStride + head * vectors + v), plain, v * Lanes.WIDTH);
                    }
                    for (int e = 0; e < width; e++) {
                        tile[lane * width + e] = plain[e];
                    }
                    Rotary.rotate(plain, cosines, sines, position, ropeDim, ropeDim, layout, tile, lane * width);
                }
                for (int e = 0; e < width; e++) {
                    lanes.set((token * groups + group) * width + e, Lanes.column(tile, e, width));
                }
            }
        }
    }
}
