package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link GroupEmbedding} of a table of whole numbers with scales. */
public final class GroupEmbeddingBlocks {

    private GroupEmbeddingBlocks() {
    }

    /**
     * Scales each token's row of the table.
     *
     * @param context  any groups
     * @param table    [vocabulary, ceil(width bits / 32)] ints of whole numbers, as {@link TableRows#whole} has them,
     *                     and so all that follow. Not modified
     * @param scales   [vocabulary, ceil(width / scaled)] floats. Not modified
     * @param step     counts and token records with ids. Not modified
     * @param tokensAt where the token records begin in step
     * @param width    numbers of a row
     * @param xStride  floats between rows of x
     * @param x        [tokens, xStride] floats; the first width of a row are written. Modified
     */
    public static void rows(KernelContext context, IntArray table, FloatArray scales, int bits, int scaled, int least,
            IntArray step, int tokensAt, int width, int xStride, FloatArray x) {
        int numbers = step.get(StepLayout.TOKENS) * width;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            int token = i / width;
            int column = i - token * width;
            int id = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_ID);
            x.set(token * xStride + column, TableRows.whole(table, scales, bits, scaled, least, id, column, width));
        }
    }
}
