package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Token ids to rows: the start of the residual stream. */
public final class Embedding {

    private Embedding() {
    }

    /**
     * Copies each token's row of the table, one a work-item.
     *
     * @param table    [vocabulary, vectors] vectors. Not modified
     * @param step     counts and token records with ids. Not modified
     * @param tokensAt where the token records begin in step
     * @param vectors  vectors of a row
     * @param xStride  vectors between rows of x
     * @param x        [tokens, xStride] vectors; the first {@code vectors} of a row are written. Modified
     */
    public static void rows(VectorFloat16 table, IntArray step, int tokensAt, int vectors, int xStride,
            VectorFloat16 x) {
        for (@Parallel
        int token = 0; token < step.get(StepLayout.TOKENS); token++) {
            int id = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_ID);
            for (int v = 0; v < vectors; v++) {
                x.set(token * xStride + v, table.get(id * vectors + v));
            }
        }
    }
}
