package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Takes the attended latent to values, v = W_UV c of the head, after the absorbed attention. */
public final class ValueUp {

    private ValueUp() {
    }

    /**
     * Computes one value element of one head a work-item, for all tokens.
     *
     * @param merged        [tokens, heads, latentVectors] vectors: the attended latents. Not modified
     * @param wUv           [heads, valueDim, latentVectors] vectors. Not modified
     * @param step          counts. Not modified
     * @param heads         number of heads
     * @param valueDim      floats of a head's value
     * @param latentVectors vectors of a latent
     * @param values        [tokens, heads, valueDim] floats. Modified
     */
    public static void rows(VectorFloat16 merged, VectorFloat16 wUv, IntArray step, int heads, int valueDim,
            int latentVectors, FloatArray values) {
        for (@Parallel
        int unit = 0; unit < heads * valueDim; unit++) {
            int head = unit / valueDim;
            int tokens = step.get(StepLayout.TOKENS);
            for (int token = 0; token < tokens; token++) {
                int from = (token * heads + head) * latentVectors;
                Float16 sum = Lanes.zero();
                for (int v = 0; v < latentVectors; v++) {
                    sum = Float16.add(sum, Float16.mult(merged.get(from + v), wUv.get(unit * latentVectors + v)));
                }
                values.set(token * heads * valueDim + unit, Lanes.sum(sum));
            }
        }
    }

    /**
     * Writes the first elements of four vectors of a head.
     *
     * @param values receives them. Modified
     * @param to     where the first goes
     * @param count  how many, at most 64
     * @param sums   private, [64], scratch
     */
    static void put(FloatArray values, int to, int count, float[] sums, Float16 a, Float16 b, Float16 c, Float16 d) {
        Lanes.unpack(a, sums, 0);
        Lanes.unpack(b, sums, Lanes.WIDTH);
        Lanes.unpack(c, sums, 2 * Lanes.WIDTH);
        Lanes.unpack(d, sums, 3 * Lanes.WIDTH);
        for (int i = 0; i < count; i++) {
            values.set(to + i, sums[i]);
        }
    }
}
