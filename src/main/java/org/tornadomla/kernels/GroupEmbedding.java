package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link Embedding} for many cores: a work-item copies single numbers, neighbours beside each other. */
public final class GroupEmbedding {

    private GroupEmbedding() {
    }

    /**
     * Copies each token's row of the table.
     *
     * @param context  any groups
     * @param table    [vocabulary, width] floats. Not modified
     * @param step     counts and token records with ids. Not modified
     * @param tokensAt where the token records begin in step
     * @param width    floats of a row
     * @param xStride  floats between rows of x
     * @param x        [tokens, xStride] floats; the first width of a row are written. Modified
     */
    public static void rows(KernelContext context, FloatArray table, IntArray step, int tokensAt, int width,
            int xStride, FloatArray x) {
        int numbers = step.get(StepLayout.TOKENS) * width;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            int token = i / width;
            int column = i - token * width;
            int id = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_ID);
            x.set(token * xStride + column, table.get(id * width + column));
        }
    }
}
