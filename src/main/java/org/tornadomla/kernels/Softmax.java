package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;

/**
 * The parts of a softmax that is streamed over blocks of scores in private memory. Hidden keys carry {@link #HIDDEN}
 * and not an infinity, which fast-math flags leave undefined; their weight is exactly 0, also where every key of a row
 * is hidden.
 */
public final class Softmax {

    /** Score of a key that is not seen, and the running maximum before the first key. */
    public static final float HIDDEN = -3.0e38f;
    /** Scores up to this are hidden: a mask's most negative values, after an ordinary score was added to them. */
    public static final float HIDDEN_LIMIT = -1.0e30f;

    private Softmax() {
    }

    /** The larger of {@code maximum} and {@code scores[at .. at+count-1]}. */
    static float maximum(float[] scores, int at, int count, float maximum) {
        float m = maximum;
        for (int i = 0; i < count; i++) {
            m = TornadoMath.max(m, scores[at + i]);
        }
        return m;
    }

    /**
     * Replaces {@code scores[at .. at+count-1]} by exp(score - maximum), hidden ones by 0, and returns their sum. Two
     * loops without a condition: compilers turn the first into vector instructions.
     */
    static float exponentials(float[] scores, int at, int count, float maximum) {
        // Hidden scores lie far below half the limit, also where there are no others.
        float origin = TornadoMath.max(maximum, 0.5f * HIDDEN_LIMIT);
        for (int i = 0; i < count; i++) {
            scores[at + i] = TornadoMath.exp(scores[at + i] - origin);
        }
        float sum = 0f;
        for (int i = 0; i < count; i++) {
            sum += scores[at + i];
        }
        return sum;
    }
}
