package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link Router} for many cores: a group routes a token, its work-items share the experts. Of equal values the lower
 * index is chosen.
 */
public final class GroupRouter {

    /** Below every score and every sum of two. */
    private static final float LOWEST = Softmax.HIDDEN;
    /** Keeps the division finite where every chosen score is 0. */
    private static final float SMALLEST_SUM = 1e-20f;

    private GroupRouter() {
    }

    /**
     * Routes a token a group. Shared experts are numbered behind the routed ones and chosen by every token with weight
     * 1.
     *
     * @param context   groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param logits    [tokens, xStride] floats. Not modified
     * @param bias      [experts] floats, added to the scores for the choice. Not modified
     * @param step      counts. Not modified
     * @param experts   number of routed experts
     * @param xStride   floats between rows of logits
     * @param perToken  routed experts of a token
     * @param shared    number of shared experts
     * @param sigmoid   1 for sigmoid scores, 0 for softmax
     * @param groupWay  as {@link Router} names the ways of ranking groups
     * @param groups    groups of neighbouring experts
     * @param topGroups groups that a token may use
     * @param normalise 1 to divide the chosen scores by their sum
     * @param factor    factor on the weights of routed experts
     * @param chosen    [tokens, perToken + shared] expert numbers, the preferred first. Modified
     * @param weights   [tokens, perToken + shared] floats. Modified
     */
    public static void tokens(KernelContext context, FloatArray logits, FloatArray bias, IntArray step, int experts,
            int xStride, int perToken, int shared, int sigmoid, int groupWay, int groups, int topGroups, int normalise,
            float factor, IntArray chosen, FloatArray weights) {
        float[] scores = context.allocateFloatLocalArray(experts);
        float[] preference = context.allocateFloatLocalArray(experts);
        float[] worth = context.allocateFloatLocalArray(groups);
        float[] best = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int[] places = context.allocateIntLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int allGroups = Groups.quotient(context.globalGroupSizeX, items);
        int tokens = step.get(StepLayout.TOKENS);
        for (int token = context.groupIdx; token < tokens; token += allGroups) {
            float largest = LOWEST;
            for (int e = item; e < experts; e += items) {
                largest = TornadoMath.max(largest, logits.get(token * xStride + e));
            }
            best[item] = largest;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    best[item] = TornadoMath.max(best[item], best[item + (left + 1) / 2]);
                }
                context.localBarrier();
            }
            float maximum = best[0];
            context.localBarrier();
            float own = 0f;
            for (int e = item; e < experts; e += items) {
                float exponential = TornadoMath.exp(logits.get(token * xStride + e) - maximum);
                scores[e] = exponential;
                own += exponential;
            }
            best[item] = own;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    best[item] += best[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float sum = best[0];
            for (int e = item; e < experts; e += items) {
                float score = 0f;
                if (sigmoid == 1) {
                    score = 1f / (1f + TornadoMath.exp(-logits.get(token * xStride + e)));
                } else {
                    score = scores[e] / sum;
                }
                scores[e] = score;
                preference[e] = score + bias.get(e);
            }
            context.localBarrier();
            int size = experts / groups;
            for (int g = item; g < groups; g += items) {
                float first = LOWEST;
                float second = LOWEST;
                for (int e = 0; e < size; e++) {
                    float p = preference[g * size + e];
                    second = TornadoMath.max(second, TornadoMath.min(first, p));
                    first = TornadoMath.max(first, p);
                }
                float value = first;
                if (groupWay == Router.BEST_TWO_OF_GROUP && size > 1) {
                    value = first + second;
                }
                worth[g] = value;
            }
            context.localBarrier();
            if (groupWay != Router.ALL_GROUPS) {
                for (int g = item; g < groups; g += items) {
                    // A float: TornadoVM's SPIR-V takes the type of a condition from what it chooses.
                    float ahead = 0f;
                    for (int other = 0; other < g; other++) {
                        if (worth[other] > worth[g]) {
                            ahead += 1f;
                        }
                        if (worth[other] == worth[g]) {
                            ahead += 1f;
                        }
                    }
                    for (int other = g + 1; other < groups; other++) {
                        if (worth[other] > worth[g]) {
                            ahead += 1f;
                        }
                    }
                    if (ahead > topGroups - 0.5f) {
                        for (int e = 0; e < size; e++) {
                            preference[g * size + e] = LOWEST;
                        }
                    }
                }
            }
            context.localBarrier();
            int at = token * (perToken + shared);
            float total = 0f;
            // A bound that is no constant: unrolled, the barriers are too many for some compilers.
            int choices = Math.min(perToken, tokens * perToken);
            for (int k = 0; k < choices; k++) {
                int place = Math.min(item, experts - 1);
                float value = preference[place];
                for (int e = item + items; e < experts; e += items) {
                    if (preference[e] > value) {
                        value = preference[e];
                        place = e;
                    }
                }
                best[item] = value;
                places[item] = place;
                context.localBarrier();
                for (int left = items; left > 1; left = (left + 1) / 2) {
                    if (item < left / 2) {
                        int other = item + (left + 1) / 2;
                        if (best[other] > best[item]) {
                            best[item] = best[other];
                            places[item] = places[other];
                        } else if (best[other] == best[item]) {
                            places[item] = Math.min(places[item], places[other]);
                        }
                    }
                    context.localBarrier();
                }
                if (item == 0) {
                    preference[places[0]] = LOWEST;
                    chosen.set(at + k, places[0]);
                    weights.set(at + k, scores[places[0]]);
                    total += scores[places[0]];
                }
                context.localBarrier();
            }
            if (item == 0) {
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
    }
}
