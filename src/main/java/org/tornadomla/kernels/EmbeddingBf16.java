package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** {@link Embedding} of a table in bfloat16, exact. */
public final class EmbeddingBf16 {

    private EmbeddingBf16() {
    }

    /**
     * Widens each token's row of the table, one a work-item.
     *
     * @param table    [vocabulary, ceil(width / 2)] ints of two numbers, as {@link TableRows} has them. Not modified
     * @param step     counts and token records with ids. Not modified
     * @param tokensAt where the token records begin in step
     * @param width    numbers of a row
     * @param xStride  vectors between rows of x
     * @param x        [tokens, xStride] vectors; the first ceil(width / 16) of a row are written. Modified
     */
    public static void rows(IntArray table, IntArray step, int tokensAt, int width, int xStride, VectorFloat16 x) {
        for (@Parallel
        int token = 0; token < step.get(StepLayout.TOKENS); token++) {
            int id = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_ID);
            float[] lanes = new float[Lanes.WIDTH];
            for (int v = 0; v < (width + Lanes.WIDTH - 1) / Lanes.WIDTH; v++) {
                for (int i = 0; i < Lanes.WIDTH; i++) {
                    lanes[i] = TableRows.bfloat16(table, id, v * Lanes.WIDTH + i, width);
                }
                x.set(token * xStride + v, Lanes.pack(lanes, 0));
            }
        }
    }
}
