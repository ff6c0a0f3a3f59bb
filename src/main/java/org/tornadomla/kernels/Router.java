package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Chooses each token's experts (DeepSeek-V2, eq. 20-22 and section 2.2.2; DeepSeek-V3, eq. 12-16). Of equal values the
 * lower index is chosen. The selection bias takes part in the choice only; weights are made from the scores themselves.
 */
public final class Router {

    /** Groups do not count. */
    public static final int ALL_GROUPS = 0;
    /** A group is worth its best expert. */
    public static final int BEST_OF_GROUP = 1;
    /** A group is worth the sum of its two best experts. */
    public static final int BEST_TWO_OF_GROUP = 2;

    /** Below every score and every sum of two. */
    private static final float LOWEST = Softmax.HIDDEN;
    /** Keeps the division finite where every chosen score is 0. */
    private static final float SMALLEST_SUM = 1e-20f;

    private Router() {
    }

    /**
     * Routes one token a work-item. Shared experts are numbered behind the routed ones and chosen by every token with
     * weight 1.
     *
     * @param logits    [tokens, xStride] vectors. Not modified
     * @param bias      [experts] floats, added to the scores for the choice. Not modified
     * @param step      counts. Not modified
     * @param experts   number of routed experts
     * @param xStride   vectors between rows of logits
     * @param perToken  routed experts of a token
     * @param shared    number of shared experts
     * @param sigmoid   1 for sigmoid scores, 0 for softmax
     * @param groupWay  {@link #ALL_GROUPS}, {@link #BEST_OF_GROUP} or {@link #BEST_TWO_OF_GROUP}
     * @param groups    groups of neighbouring experts
     * @param topGroups groups that a token may use
     * @param normalise 1 to divide the chosen scores by their sum
     * @param factor    factor on the weights of routed experts
     * @param chosen    [tokens, perToken + shared] expert numbers, the preferred first. Modified
     * @param weights   [tokens, perToken + shared] floats. Modified
     */
    public static void tokens(VectorFloat16 logits, FloatArray bias, IntArray step, int experts, int xStride,
            int perToken, int shared, int sigmoid, int groupWay, int groups, int topGroups, int normalise, float factor,
            IntArray chosen, FloatArray weights) {
        for (@Parallel
        int token = 0; token < step.get(StepLayout.TOKENS); token++) {
            float[] scores = new float[((experts + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH];
            float[] preference = new float[experts];
            for (int v = 0; v < (experts + Lanes.WIDTH - 1) / Lanes.WIDTH; v++) {
                Lanes.unpack(logits.get(token * xStride + v), scores, v * Lanes.WIDTH);
            }
            if (sigmoid == 1) {
                for (int e = 0; e < experts; e++) {
                    scores[e] = 1f / (1f + TornadoMath.exp(-scores[e]));
                }
            } else {
                float maximum = Softmax.maximum(scores, 0, experts, LOWEST);
                float sum = Softmax.exponentials(scores, 0, experts, maximum);
                for (int e = 0; e < experts; e++) {
                    scores[e] = scores[e] / sum;
                }
            }
            for (int e = 0; e < experts; e++) {
                preference[e] = scores[e] + bias.get(e);
            }
            if (groupWay != ALL_GROUPS) {
                float[] worth = new float[groups];
                rank(preference, groups, experts / groups, groupWay, worth);
                hide(preference, groups, experts / groups, topGroups, worth);
            }
            int at = token * (perToken + shared);
            float total = 0f;
            for (int k = 0; k < perToken; k++) {
                int best = largest(preference, experts);
                preference[best] = LOWEST;
                chosen.set(at + k, best);
                weights.set(at + k, scores[best]);
                total += scores[best];
            }
            float scale = factor;
            if (normalise == 1) {
                scale = factor / (total + SMALLEST_SUM);
            }
            for (int k = 0; k < perToken; k++) {
                weights.set(at + k, weights.get(at + k) * scale);
            }
            for (int s = 0; s < shared; s++) {
                chosen.set(at + perToken + s, experts + s);
                weights.set(at + perToken + s, 1f);
            }
        }
    }

    /** What each group is worth: its best expert, or the sum of its two best. */
    private static void rank(float[] preference, int groups, int size, int groupWay, float[] worth) {
        for (int g = 0; g < groups; g++) {
            float best = LOWEST;
            float second = LOWEST;
            for (int e = 0; e < size; e++) {
                float p = preference[g * size + e];
                second = TornadoMath.max(second, TornadoMath.min(best, p));
                best = TornadoMath.max(best, p);
            }
            worth[g] = best;
            if (groupWay == BEST_TWO_OF_GROUP && size > 1) {
                worth[g] = best + second;
            }
        }
    }

    /** Hides the experts of a group when at least topGroups other groups are preferred to it. */
    private static void hide(float[] preference, int groups, int size, int topGroups, float[] worth) {
        for (int g = 0; g < groups; g++) {
            int ahead = 0;
            for (int other = 0; other < groups; other++) {
                if (worth[other] > worth[g] || worth[other] == worth[g] && other < g) {
                    ahead++;
                }
            }
            if (ahead >= topGroups) {
                for (int e = 0; e < size; e++) {
                    preference[g * size + e] = LOWEST;
                }
            }
        }
    }

    /** Index of the largest of the first {@code count} values, the lowest of equal ones. */
    private static int largest(float[] values, int count) {
        int at = 0;
        for (int i = 1; i < count; i++) {
            if (values[i] > values[at]) {
                at = i;
            }
        }
        return at;
    }
}
