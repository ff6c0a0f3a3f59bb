package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** How ranges of keys that {@link GroupLatentAttention} left become one, inlined where values are made of them. */
public final class GroupMerge {

    /**
     * Outputs of a head for which a group merges: the fewer, the more groups do it again; the more, the fewer groups.
     */
    public static final int OUTPUTS = 16;

    private GroupMerge() {
    }

    /**
     * The largest score of all ranges.
     *
     * @param at    where the statistics of the first range stand in partial: largest score, sum of weights
     * @param heads ranges of a head are so many pairs apart
     */
    static float largest(FloatArray partial, int at, int heads, int splits) {
        float largest = Softmax.HIDDEN;
        for (int s = 0; s < splits; s++) {
            largest = TornadoMath.max(largest, partial.get(at + 2 * s * heads));
        }
        return largest;
    }

    /** What a range counts beside the one with the largest score. */
    static float weight(FloatArray partial, int at, float largest) {
        return TornadoMath.exp(partial.get(at) - largest);
    }

    /**
     * A number of the merged latent.
     *
     * @param sum   of the ranges' weighted sums
     * @param total of their weights; 0 where nothing was seen
     * @param left  numbers of the latent from this one on; 0 or less behind its end, where the number is 0
     */
    static float share(float sum, float total, int left) {
        float share = 0f;
        if (total > 0f) {
            share = sum / total;
        }
        return share * Math.min(1, Math.max(0, left));
    }
}
