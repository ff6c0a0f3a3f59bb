package org.tornadomla.decoder;

import java.util.SplittableRandom;

/**
 * Whether the tokens of an answer are a matter of rounding. Texts that were computed together and alone differ by some
 * 1e-5 in their logits, and so may choose differently where two tokens are that near, or where a random number falls
 * between two.
 */
public final class ClearChoices {

    private static final float MARGIN = 1e-3f;
    private static final int TRIALS = 4;

    private ClearChoices() {
    }

    /**
     * Whether each token of an answer is chosen again when all logits are off by up to a thousandth, several times.
     *
     * @param ids the answer to the request, computed alone
     */
    public static boolean are(Decoder alone, GenerationRequest request, int[] ids) {
        SplittableRandom random = new SplittableRandom(ids.length);
        Sampler[] samplers = new Sampler[TRIALS];
        for (int trial = 0; trial < TRIALS; trial++) {
            samplers[trial] = new Sampler(request.sampling());
        }
        try (Sequence sequence = alone.open()) {
            float[] logits = alone.append(sequence, request.promptIds());
            for (int i = 0; i < ids.length; i++) {
                for (Sampler sampler : samplers) {
                    if (sampler.next(disturbed(logits, random)) != ids[i]) {
                        return false;
                    }
                }
                if (i + 1 < ids.length) {
                    logits = alone.append(sequence, ids[i]);
                }
            }
        }
        return true;
    }

    private static float[] disturbed(float[] logits, SplittableRandom random) {
        float[] other = logits.clone();
        for (int i = 0; i < other.length; i++) {
            other[i] += (float) random.nextDouble(-MARGIN, MARGIN);
        }
        return other;
    }
}
