package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link PositionScale} for many cores: a work-item takes single numbers, neighbours beside each other. */
public final class GroupPositionScale {

    private GroupPositionScale() {
    }

    /**
     * Multiplies the rows of tokens by the factors of their positions.
     *
     * @param context  any groups
     * @param factors  a factor for each {@code span} positions. Not modified
     * @param step     counts and token records. Not modified
     * @param tokensAt where the token records begin in step
     * @param span     positions that share a factor
     * @param width    floats of a row
     * @param qStride  floats between rows of q
     * @param q        [tokens, qStride] floats; the first width of a row are multiplied. Modified
     */
    public static void rows(KernelContext context, FloatArray factors, IntArray step, int tokensAt, int span, int width,
            int qStride, FloatArray q) {
        int numbers = step.get(StepLayout.TOKENS) * width;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            int token = i / width;
            int at = token * qStride + i - token * width;
            int position = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_POSITION);
            q.set(at, q.get(at) * factors.get(position / span));
        }
    }
}
