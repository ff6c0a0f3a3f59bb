package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** {@link Embedding} of a table of whole numbers with scales. */
public final class EmbeddingBlocks {

    private EmbeddingBlocks() {
    }

    /**
     * Scales each token's row of the table, one a work-item.
     *
     * @param table    [vocabulary, ceil(width bits / 32)] ints of whole numbers, as {@link TableRows#whole} has them,
     *                     and so all that follow. Not modified
     * @param scales   [vocabulary, ceil(width / scaled)] floats. Not modified
     * @param step     counts and token records with ids. Not modified
     * @param tokensAt where the token records begin in step
     * @param width    numbers of a row
     * @param xStride  vectors between rows of x
     * @param x        [tokens, xStride] vectors; the first ceil(width / 16) of a row are written. Modified
     */
    public static void rows(IntArray table, FloatArray scales, int bits, int scaled, int least, IntArray step,
            int tokensAt, int width, int xStride, VectorFloat16 x) {
        for (@Parallel
        int token = 0; token < step.get(StepLayout.TOKENS); token++) {
            int id = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_ID);
            float[] lanes = new float[Lanes.WIDTH];
            for (int v = 0; v < (width + Lanes.WIDTH - 1) / Lanes.WIDTH; v++) {
                for (int i = 0; i < Lanes.WIDTH; i++) {
                    lanes[i] = TableRows.whole(table, scales, bits, scaled, least, id, v * Lanes.WIDTH + i, width);
                }
                x.set(token * xStride + v, Lanes.pack(lanes, 0));
            }
        }
    }
}
