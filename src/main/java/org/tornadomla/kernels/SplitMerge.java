package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Merges the partial results of absorbed attention exactly: weights exp(maximum - largest maximum), one division at the
 * end. A row that saw no key becomes zeros; a range that saw none takes no part.
 */
public final class SplitMerge {

    private SplitMerge() {
    }

    /**
     * Merges the ranges that {@link LatentAttention} leaves: sixteen heads of a token a work-item.
     *
     * @param partial       [units, groups, {@link LatentAttention#STATE} + 16 latentVectors] vectors. Not modified
     * @param step          counts. Not modified
     * @param maxSplits     most ranges of a token
     * @param heads         number of heads
     * @param latentVectors vectors of a latent
     * @param merged        [tokens, heads, latentVectors] vectors: the attended latents. Modified
     */
    public static void lanes(VectorFloat16 partial, IntArray step, int maxSplits, int heads, int latentVectors,
            VectorFloat16 merged) {
        for (@Parallel
        int unit = 0; unit < step.get(StepLayout.HEAD_GROUPS); unit++) {
            int splits = step.get(StepLayout.SPLITS);
            int groups = (heads + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int token = unit / groups;
            int group = unit - token * groups;
            int present = Math.min(Lanes.WIDTH, heads - group * Lanes.WIDTH);
            int length = AttentionTile.STATE + latentVectors * Lanes.WIDTH;
            int first = (token * splits * groups + group) * length;
            Float16 maximum = Lanes.splat(Softmax.HIDDEN);
            for (int s = 0; s < splits; s++) {
                maximum = Float16.max(maximum, partial.get(first + s * groups * length + AttentionTile.MAXIMUM));
            }
            float[] weights = new float[maxSplits * Lanes.WIDTH];
            for (int s = 0; s < splits; s++) {
                Lanes.unpack(Float16.sub(partial.get(first + s * groups * length + AttentionTile.MAXIMUM), maximum),
                        weights, s * Lanes.WIDTH);
            }
            for (int i = 0; i < splits * Lanes.WIDTH; i++) {
                weights[i] = TornadoMath.exp(weights[i]);
            }
            Float16 total = Lanes.zero();
            for (int s = 0; s < splits; s++) {
                total = Float16.add(total, Float16.mult(Lanes.pack(weights, s * Lanes.WIDTH),
                        partial.get(first + s * groups * length + AttentionTile.SUM)));
            }
            float[] tile = new float[Lanes.WIDTH * Lanes.WIDTH];
            Lanes.unpack(total, tile, 0);
            for (int i = 0; i < Lanes.WIDTH; i++) {
                float inverse = 0f;
                if (tile[i] > 0f) {
                    inverse = 1f / tile[i];
                }
                tile[i] = inverse;
            }
            Float16 inverses = Lanes.pack(tile, 0);
            for (int v = 0; v < latentVectors; v++) {
                for (int i = 0; i < Lanes.WIDTH; i++) {
                    int at = first + AttentionTile.STATE + v * Lanes.WIDTH + i;
                    Float16 sum = Lanes.zero();
                    for (int s = 0; s < splits; s++) {
                        sum = Float16.add(sum, Float16.mult(partial.get(at + s * groups * length),
                                Lanes.pack(weights, s * Lanes.WIDTH)));
                    }
                    Lanes.unpack(Float16.mult(sum, inverses), tile, i * Lanes.WIDTH);
                }
                for (int h = 0; h < present; h++) {
                    merged.set((token * heads + group * Lanes.WIDTH + h) * latentVectors + v,
                            Lanes.column(tile, h, Lanes.WIDTH));
                }
            }
        }
    }
}
