package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link IndexChoice} for many cores: a group chooses a token's keys. It halves the range of scores in which the last
 * wanted one lies until one score is left, and both ends of the range are always scores that are there; then it writes
 * what is above, and the first of its equals. Counts are floats, exact up to 2^24.
 */
public final class GroupIndexChoice {

    /** Scores of a work-item between two counts. */
    static final int SCORES = 8;

    private GroupIndexChoice() {
    }

    /**
     * Chooses the keys of the best scores, of equal ones the first; all keys where there are no more than wanted.
     *
     * @param context groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param scores  [tokens, stride] floats. Not modified
     * @param step    counts and token records. Not modified
     * @param most    most keys of a token
     * @param stride  floats between rows of scores
     * @param chosen  [tokens, most] keys in ascending order. Modified
     */
    public static void tokens(KernelContext context, FloatArray scores, IntArray step, int most, int stride,
            IntArray chosen) {
        float[] tile = context.allocateFloatLocalArray(Groups.MOST_ITEMS * (SCORES + 1));
        float[] counts = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        float[] lows = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        float[] highs = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int tokens = step.get(StepLayout.ABSORBED_TOKENS);
        for (int token = context.groupIdx; token < tokens; token += groups) {
            int record = step.get(StepLayout.TOKENS_AT) + token * StepLayout.TOKEN_RECORD;
            int from = step.get(record + StepLayout.TOKEN_FROM);
            int keys = step.get(record + StepLayout.TOKEN_TO) - from;
            int first = token * stride + from;
            // Where all are taken there are no scores, and nothing is searched.
            int searched = keys * Math.min(1, Math.max(0, keys - most));
            for (int i = item + searched; i < Math.min(keys, most); i += items) {
                chosen.set(token * most + i, from + i);
            }
            float low = Float.MAX_VALUE;
            float high = -Float.MAX_VALUE;
            for (int i = item; i < searched; i += items) {
                float score = IndexChoice.finite(scores.get(first + i));
                low = TornadoMath.min(low, score);
                high = TornadoMath.max(high, score);
            }
            lows[item] = low;
            highs[item] = high;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    int other = item + (left + 1) / 2;
                    lows[item] = TornadoMath.min(lows[item], lows[other]);
                    highs[item] = TornadoMath.max(highs[item], highs[other]);
                }
                context.localBarrier();
            }
            low = lows[0];
            high = highs[0];
            float above = 0f;
            context.localBarrier();
            while (low < high) {
                // Halves first: the sum of both could be no number.
                float middle = low * 0.5f + high * 0.5f;
                if (middle < high) {
                    middle = TornadoMath.max(middle, low);
                } else {
                    middle = low;
                }
                float count = 0f;
                float under = low;
                float over = high;
                for (int i = item; i < searched; i += items) {
                    float score = IndexChoice.finite(scores.get(first + i));
                    if (score > middle) {
                        count += 1f;
                        over = TornadoMath.min(over, score);
                    } else {
                        under = TornadoMath.max(under, score);
                    }
                }
                counts[item] = count;
                lows[item] = over;
                highs[item] = under;
                context.localBarrier();
                for (int left = items; left > 1; left = (left + 1) / 2) {
                    if (item < left / 2) {
                        int other = item + (left + 1) / 2;
                        counts[item] += counts[other];
                        lows[item] = TornadoMath.min(lows[item], lows[other]);
                        highs[item] = TornadoMath.max(highs[item], highs[other]);
                    }
                    context.localBarrier();
                }
                if (counts[0] < most) {
                    high = highs[0];
                    above = counts[0];
                } else {
                    low = lows[0];
                }
                context.localBarrier();
            }
            float last = high;
            float equals = most - above;
            float greaterBefore = 0f;
            float equalBefore = 0f;
            for (int begin = 0; begin < searched; begin += SCORES * items) {
                for (int i = item; i < SCORES * items; i += items) {
                    float score = -Float.MAX_VALUE;
                    if (begin + i < searched) {
                        score = IndexChoice.finite(scores.get(first + begin + i));
                    }
                    tile[i / SCORES * (SCORES + 1) + i % SCORES] = score;
                }
                context.localBarrier();
                int own = Math.min(SCORES, Math.max(0, searched - begin - item * SCORES));
                float greater = 0f;
                float equal = 0f;
                for (int i = 0; i < own; i++) {
                    float score = tile[item * (SCORES + 1) + i];
                    if (score > last) {
                        greater += 1f;
                    }
                    if (score == last) {
                        equal += 1f;
                    }
                }
                lows[item] = greater;
                highs[item] = equal;
                context.localBarrier();
                float greaterAt = greaterBefore;
                float equalAt = equalBefore;
                for (int other = 0; other < item; other++) {
                    greaterAt += lows[other];
                    equalAt += highs[other];
                }
                for (int other = 0; other < items; other++) {
                    greaterBefore += lows[other];
                    equalBefore += highs[other];
                }
                for (int i = 0; i < own; i++) {
                    float score = tile[item * (SCORES + 1) + i];
                    int place = (int) (greaterAt + TornadoMath.min(equalAt, equals));
                    if (score > last) {
                        chosen.set(token * most + place, from + begin + item * SCORES + i);
                        greaterAt += 1f;
                    }
                    if (score == last) {
                        if (equalAt < equals) {
                            chosen.set(token * most + place, from + begin + item * SCORES + i);
                        }
                        equalAt += 1f;
                    }
                }
                context.localBarrier();
            }
        }
    }
}
