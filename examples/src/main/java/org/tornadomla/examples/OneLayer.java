package org.tornadomla.examples;

import java.util.Random;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.config.MlaConfig;

/** One layer of attention: a prompt, then tokens one by one, in a cache of latents. */
public final class OneLayer {

    private static final int HIDDEN = 512;

    private OneLayer() {
    }

    public static void main(String[] arguments) {
        // d_model, heads, d_embed, d_c, d_c1, d_rotate, in the paper's names.
        MlaConfig config = MlaConfig.card(HIDDEN, 8, 512, 64, 64, 32);
        Random random = new Random(1);
        try (MultiHeadLatentAttention mla = MultiHeadLatentAttention.builder(config).seed(1).build();
                CachedSequence sequence = mla.open()) {
            mla.append(sequence, Tokens.of(1, 10, numbers(random, 10)));
            for (int token = 0; token < 3; token++) {
                // [batch 1, tokens 1, hidden 512]: the new token attends to all that are in the cache.
                float[] y = mla.append(sequence, Tokens.of(1, 1, numbers(random, 1)));
                System.out.printf("token %d sees %d keys, |y| = %.4f%n", sequence.length() - 1, sequence.length(),
                        norm(y));
            }
            System.out.println(mla.cache().statistics().usedBytes() + " bytes of latents, on " + mla.target());
        }
    }

    private static float[] numbers(Random random, int tokens) {
        float[] values = new float[tokens * HIDDEN];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double norm(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
