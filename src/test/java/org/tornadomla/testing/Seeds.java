package org.tornadomla.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.tornadomla.config.MlaConfig;

/** Seeded random numbers; the same seed gives the same numbers everywhere. */
public final class Seeds {

    private Seeds() {
    }

    /**
     * Normal random numbers.
     *
     * @param seed  seed
     * @param count how many
     * @return numbers of mean 0 and deviation 1
     */
    public static float[] normal(long seed, int count) {
        return normal(seed, count, 1);
    }

    /**
     * Normal random numbers.
     *
     * @param seed      seed
     * @param count     how many
     * @param deviation standard deviation
     * @return numbers of mean 0
     */
    public static float[] normal(long seed, int count, double deviation) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }

    /**
     * The whole numbers from a first one upwards, for positions.
     *
     * @param first first number
     * @param count how many
     * @return first, first + 1, ...
     */
    public static int[] range(int first, int count) {
        return IntStream.range(first, first + count).toArray();
    }

    /**
     * Random weights of an attention layer under their checkpoint names without prefix. Deviations keep activations
     * near 1; norms are near 1 and no two weights share their numbers.
     *
     * @param config sizes and options
     * @param seed   seed
     * @return name to numbers, [out, in]
     */
    public static Map<String, float[]> attentionWeights(MlaConfig config, long seed) {
        Map<String, float[]> weights = new HashMap<>();
        Random seeds = new Random(seed);
        int hidden = config.hiddenSize();
        int queries = config.numHeads() * config.qkHeadDim();
        int latentAndKey = config.kvLoraRank() + config.qkRopeHeadDim();
        int rank = config.qLoraRank();
        if (rank == 0) {
            matrix(weights, seeds, "q_proj.weight", queries, hidden);
        } else {
            matrix(weights, seeds, "q_a_proj.weight", rank, hidden);
            matrix(weights, seeds, "q_b_proj.weight", queries, rank);
        }
        if (config.queryNorm()) {
            norm(weights, seeds, "q_a_layernorm.weight", rank);
        }
        matrix(weights, seeds, "kv_a_proj_with_mqa.weight", latentAndKey, hidden);
        if (config.latentNorm()) {
            norm(weights, seeds, "kv_a_layernorm.weight", config.kvLoraRank());
        }
        int keysAndValues = config.numHeads() * (config.qkNopeHeadDim() + config.vHeadDim());
        matrix(weights, seeds, "kv_b_proj.weight", keysAndValues, config.kvLoraRank());
        matrix(weights, seeds, "o_proj.weight", hidden, config.numHeads() * config.vHeadDim());
        if (config.attentionBias()) {
            if (rank > 0) {
                weights.put("q_a_proj.bias", normal(seeds.nextLong(), rank));
            }
            weights.put("kv_a_proj_with_mqa.bias", normal(seeds.nextLong(), latentAndKey));
            weights.put("o_proj.bias", normal(seeds.nextLong(), hidden));
        }
        return weights;
    }

    private static void matrix(Map<String, float[]> weights, Random seeds, String name, int out, int in) {
        weights.put(name, normal(seeds.nextLong(), out * in, 1 / Math.sqrt(in)));
    }

    private static void norm(Map<String, float[]> weights, Random seeds, String name, int width) {
        float[] values = normal(seeds.nextLong(), width, 0.1);
        for (int i = 0; i < width; i++) {
            values[i] += 1;
        }
        weights.put(name, values);
    }
}
