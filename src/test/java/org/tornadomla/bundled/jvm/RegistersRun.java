package org.tornadomla.bundled.jvm;

import java.util.Arrays;
import java.util.Random;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.backend.Targets;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.tensor.CacheType;

/** A program that runs a prompt and a token through attention with each type of cache, and prints the results' bits. */
final class RegistersRun {

    private static final int HIDDEN = 96;
    private static final int PROMPT = 19;

    private RegistersRun() {
    }

    public static void main(String[] arguments) {
        MlaConfig config = MlaConfig.builder().hiddenSize(HIDDEN).numHeads(3).qLoraRank(0).kvLoraRank(32)
                .qkNopeHeadDim(16).qkRopeHeadDim(16).vHeadDim(16).queryNorm(false).build();
        for (CacheType cache : CacheType.values()) {
            try (MultiHeadLatentAttention attention = MultiHeadLatentAttention.builder(config).seed(1)
                    .target(Targets.choose("jvm", null).withoutSelfTest()).cacheTokens(64).cacheType(cache).build();
                    CachedSequence sequence = attention.open()) {
                float[] prompt = attention.append(sequence, tokens(PROMPT));
                float[] next = attention.append(sequence, tokens(1));
                System.out.println("bits " + cache + " " + bits(prompt) + " " + bits(next));
            }
        }
    }

    private static Tokens tokens(int count) {
        Random random = new Random(count);
        float[] hidden = new float[count * HIDDEN];
        for (int index = 0; index < hidden.length; index++) {
            hidden[index] = random.nextFloat() - 0.5f;
        }
        return Tokens.of(1, count, hidden);
    }

    private static String bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, index -> Float.floatToRawIntBits(values[index]));
        return Arrays.toString(bits);
    }
}
