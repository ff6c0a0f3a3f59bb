package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Adds what a token's experts computed, each times its weight and in the order of the choice, to the residual stream.
 */
public final class ExpertSum {

    private ExpertSum() {
    }

    /**
     * Adds up 16 columns of all tokens a work-item.
     *
     * @param parts       [sorted rows, partsStride] vectors: outputs of the experts. Not modified
     * @param weights     [tokens, perToken] floats. Not modified
     * @param grouping    the plan of {@link ExpertGrouping}. Not modified
     * @param step        counts. Not modified
     * @param placesAt    where the sorted rows of choices begin in grouping
     * @param perToken    experts of a token, shared ones included
     * @param vectors     vectors of a row
     * @param partsStride vectors between rows of parts
     * @param xStride     vectors between rows of x
     * @param x           [tokens, xStride] vectors: the residual stream. Modified
     */
    public static void rows(VectorFloat16 parts, FloatArray weights, IntArray grouping, IntArray step, int placesAt,
            int perToken, int vectors, int partsStride, int xStride, VectorFloat16 x) {
        for (@Parallel
        int column = 0; column < vectors * Lanes.WIDTH / Lanes.WIDTH; column++) {
            int tokens = step.get(StepLayout.TOKENS);
            for (int token = 0; token < tokens; token++) {
                Float16 sum = x.get(token * xStride + column);
                for (int k = token * perToken; k < token * perToken + perToken; k++) {
                    Float16 part = parts.get(grouping.get(placesAt + k) * partsStride + column);
                    sum = Float16.add(sum, Lanes.times(part, weights.get(k)));
                }
                x.set(token * xStride + column, sum);
            }
        }
    }
}
