package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Multiplies rows of tokens by a factor that grows with their positions (Mistral 4's queries). */
public final class PositionScale {

    private PositionScale() {
    }

    /**
     * Scales the row of a token a work-item.
     *
     * @param factors  a factor for each {@code span} positions. Not modified
     * @param step     counts and token records. Not modified
     * @param tokensAt where the token records begin in step
     * @param span     positions that share a factor
     * @param vectors  vectors of a row
     * @param q        [tokens, vectors] vectors. Modified
     */
    public static void rows(FloatArray factors, IntArray step, int tokensAt, int span, int vectors, VectorFloat16 q) {
        for (@Parallel
        int token = 0; token < step.get(StepLayout.TOKENS); token++) {
            int position = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_POSITION);
            float factor = factors.get(position / span);
            for (int v = 0; v < vectors; v++) {
                q.set(token * vectors + v, Lanes.times(q.get(token * vectors + v), factor));
            }
        }
    }
}
