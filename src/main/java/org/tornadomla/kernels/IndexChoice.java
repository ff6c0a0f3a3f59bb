package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Chooses the keys of the best scores; of equal ones the first. {@link #finite} says what stands for others. */
public final class IndexChoice {

    private IndexChoice() {
    }

    /**
     * Chooses for one token a work-item: all keys where there are no more than wanted; else it moves scores about until
     * the last that is wanted stands in its place, and takes what is above it, and the first of its equals.
     *
     * @param scores   [tokens, stride] floats. Not modified
     * @param step     counts and token records. Not modified
     * @param tokensAt where the token records begin in step
     * @param most     most keys of a token
     * @param stride   floats between rows of scores and spare
     * @param spare    [tokens, stride] floats: scratch. Modified
     * @param chosen   [tokens, most] keys in ascending order. Modified
     */
    public static void tokens(FloatArray scores, IntArray step, int tokensAt, int most, int stride, FloatArray spare,
            IntArray chosen) {
        for (@Parallel
        int token = 0; token < step.get(StepLayout.TOKENS); token++) {
            int record = tokensAt + token * StepLayout.TOKEN_RECORD;
            int from = step.get(record + StepLayout.TOKEN_FROM);
            int keys = step.get(record + StepLayout.TOKEN_TO) - from;
            int first = token * stride + from;
            if (keys <= most) {
                for (int i = 0; i < keys; i++) {
                    chosen.set(token * most + i, from + i);
                }
            } else {
                for (int i = 0; i < keys; i++) {
                    spare.set(first + i, finite(scores.get(first + i)));
                }
                int wanted = first + most - 1;
                int low = first;
                int high = first + keys - 1;
                while (low < high) {
                    float pivot = spare.get((low + high) / 2);
                    int left = low;
                    int right = high;
                    while (left <= right) {
                        while (spare.get(left) > pivot) {
                            left++;
                        }
                        while (spare.get(right) < pivot) {
                            right--;
                        }
                        if (left <= right) {
                            float moved = spare.get(left);
                            spare.set(left, spare.get(right));
                            spare.set(right, moved);
                            left++;
                            right--;
                        }
                    }
                    int nextLow = wanted;
                    int nextHigh = wanted;
                    if (wanted <= right) {
                        nextLow = low;
                        nextHigh = right;
                    }
                    if (wanted >= left) {
                        nextLow = left;
                        nextHigh = high;
                    }
                    low = nextLow;
                    high = nextHigh;
                }
                float last = spare.get(wanted);
                int equals = most;
                for (int i = 0; i < keys; i++) {
                    if (finite(scores.get(first + i)) > last) {
                        equals--;
                    }
                }
                int count = 0;
                for (int i = 0; i < keys; i++) {
                    float score = finite(scores.get(first + i));
                    if (score > last && count < most) {
                        chosen.set(token * most + count, from + i);
                        count++;
                    }
                    if (score == last && equals > 0) {
                        chosen.set(token * most + count, from + i);
                        count++;
                        equals--;
                    }
                }
            }
        }
    }

    /**
     * What a score counts in a choice: an infinite one as much as the largest float or the smallest, NaN as much as the
     * smallest. So any two scores can be compared, and half the way between two is a number.
     */
    static float finite(float score) {
        float some = -Float.MAX_VALUE;
        if (score > -Float.MAX_VALUE) {
            some = TornadoMath.min(score, Float.MAX_VALUE);
        }
        return some;
    }
}
