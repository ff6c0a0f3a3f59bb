package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link GroupEmbedding} of a table in bfloat16, exact. */
public final class GroupEmbeddingBf16 {

    private GroupEmbeddingBf16() {
    }

    /**
     * Widens each token's row of the table.
     *
     * @param context  any groups
     * @param table    [vocabulary, ceil(width / 2)] ints of two numbers, as {@link TableRows} has them. Not modified
     * @param step     counts and token records with ids. Not modified
     * @param tokensAt where the token records begin in step
     * @param width    numbers of a row
     * @param xStride  floats between rows of x
     * @param x        [tokens, xStride] floats; the first width of a row are written. Modified
     */
    public static void rows(KernelContext context, IntArray table, IntArray step, int tokensAt, int width, int xStride,
            FloatArray x) {
        int numbers = step.get(StepLayout.TOKENS) * width;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            int token = i / width;
            int column = i - token * width;
            int id = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_ID);
            x.set(token * xStride + column, TableRows.bfloat16(table, id, column, width));
        }
    }
}
