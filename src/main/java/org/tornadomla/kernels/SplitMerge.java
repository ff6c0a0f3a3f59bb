package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Merges the partial results of {@link LatentAttention} exactly: weights exp(maximum - largest maximum), one division at the end. */
public final class SplitMerge {

    private SplitMerge() {
    }

    /**
     * Merges one (token, head) a work-item, in place: the result stands where the token's first range was. A row that saw no key
     * becomes zeros; a range that saw none takes no part.
     *
     * @param maxima        [units, heads] floats. Not modified
     * @param sums          [units, heads] floats. Not modified
     * @param step          counts. Not modified
     * @param maxSplits     most ranges of a token
     * @param heads         number of heads
     * @param latentVectors vectors of a latent
     * @param partial       [units, heads, latentVectors] vectors; the rows of each token's first unit become the result. Modified
     */
    public static void rows(FloatArray maxima, FloatArray sums, IntArray step, int maxSplits, int heads, int latentVectors,
            VectorFloat16 partial) {
        for (@Parallel int row = 0; row < step.get(StepLayout.HEAD_ROWS); row++) {
            int splits = step.get(StepLayout.SPLITS);
            int token = row / heads;
            int first = token * splits * heads + row - token * heads;
            float maximum = Softmax.HIDDEN;
            for (int s = 0; s < splits; s++) {
                maximum = TornadoMath.max(maximum, maxima.get(first + s * heads));
            }
            float[] weights = new float[maxSplits];
            float total = 0f;
            for (int s = 0; s < splits; s++) {
                float weight = 0f;
                if (sums.get(first + s * heads) > 0f) {
                    weight = TornadoMath.exp(maxima.get(first + s * heads) - maximum);
                }
                weights[s] = weight;
                total += weight * sums.get(first + s * heads);
            }
            float inverse = 0f;
            if (total > 0f) {
                inverse = 1f / total;
            }
            for (int v = 0; v < latentVectors; v++) {
                Float16 sum = Lanes.zero();
                for (int s = 0; s < splits; s++) {
                    sum = Float16.add(sum, Lanes.times(partial.get((first + s * heads) * latentVectors + v), weights[s]));
                }
                partial.set(first * latentVectors + v, Lanes.times(sum, inverse));
            }
        }
    }
}
