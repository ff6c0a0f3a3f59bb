package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Adds the norm of what a token's experts computed together to the residual stream: x + weight * s / sqrt(mean(s^2) +
 * eps), s being the sum of {@link ExpertSum}. The sum is made twice, which costs less than a place to keep it.
 */
public final class ExpertNorm {

    private ExpertNorm() {
    }

    /**
     * Adds the norm for a token a work-item.
     *
     * @param parts       [sorted rows, partsStride] vectors: outputs of the experts, 0 behind width. Not modified
     * @param weights     [tokens, perToken] floats. Not modified
     * @param grouping    the plan of {@link ExpertGrouping}. Not modified
     * @param step        counts. Not modified
     * @param norm        [vectors] vectors: weight of the norm, 0 behind width. Not modified
     * @param placesAt    where the sorted rows of choices begin in grouping
     * @param perToken    experts of a token, shared ones included
     * @param width       floats of a row
     * @param partsStride vectors between rows of parts
     * @param xStride     vectors between rows of x
     * @param eps         added to the mean square
     * @param x           [tokens, xStride] vectors: the residual stream. Modified
     */
    public static void rows(VectorFloat16 parts, FloatArray weights, IntArray grouping, IntArray step,
            VectorFloat16 norm, int placesAt, int perToken, int width, int partsStride, int xStride, float eps,
            VectorFloat16 x) {
        for (@Parallel
        int token = 0; token < step.get(StepLayout.TOKENS); token++) {
            int vectors = (width + Lanes.WIDTH - 1) / Lanes.WIDTH;
            Float16 squares = Lanes.zero();
            for (int column = 0; column < vectors; column++) {
                Float16 sum = sum(parts, weights, grouping, placesAt, token * perToken, perToken, partsStride, column);
                squares = Float16.add(squares, Float16.mult(sum, sum));
            }
            float scale = 1f / TornadoMath.sqrt(Lanes.sum(squares) / width + eps);
            for (int column = 0; column < vectors; column++) {
                Float16 sum = sum(parts, weights, grouping, placesAt, token * perToken, perToken, partsStride, column);
                Float16 normed = Float16.mult(Lanes.times(sum, scale), norm.get(column));
                x.set(token * xStride + column, Float16.add(x.get(token * xStride + column), normed));
            }
        }
    }

    /** What the experts of the token whose choices begin at {@code first} computed for 16 columns. */
    private static Float16 sum(VectorFloat16 parts, FloatArray weights, IntArray grouping, int placesAt, int first,
            int perToken, int partsStride, int column) {
        Float16 sum = Lanes.zero();
        for (int k = first; k < first + perToken; k++) {
            Float16 part = parts.get(grouping.get(placesAt + k) * partsStride + column);
            sum = Float16.add(sum, Lanes.times(part, weights.get(k)));
        }
        return sum;
    }
}
