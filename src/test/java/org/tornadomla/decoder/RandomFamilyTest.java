package org.tornadomla.decoder;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.DecoderReference;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.SourceValues;
import org.tornadomla.testing.TestTargets;

/**
 * Models of random sizes, of every family that is read, on a device against the reference.
 * {@code -Dmla.random.models=200} makes more of them than the tests do by themselves,
 * {@code -Dmla.random.families=axk1} only those of a family.
 */
class RandomFamilyTest {

    /** One of each family on an SDK, whose compiler takes half a minute for a model. */
    private static final int MODELS = Integer.getInteger("mla.random.models", Targets.sdkActive() ? 1 : 3);
    private static final List<String> FAMILIES = List.of("deepseek_v2", "deepseek_v3", "kimi_k2", "glm4_moe_lite",
            "youtu", "minicpm3", "axk1", "mistral4", "longcat_flash", "deepseek_v32", "glm_moe_dsa");
    private static final List<String> SPARSE = List.of("deepseek_v32", "glm_moe_dsa");
    private static final List<String> COMPRESSED = List.of("axk1", "longcat_flash", "deepseek_v32", "glm_moe_dsa");
    /** Up to three layers in single precision against double; routing is kept away from ties by random scores. */
    private static final double TOLERANCE = 5e-5;

    private static int between(SplittableRandom random, int least, int most) {
        return random.nextInt(least, most + 1);
    }

    private static String config(String family, SplittableRandom random) {
        int heads = between(random, 1, 5);
        int layers = between(random, 1, 3);
        int rope = 2 * between(random, 1, 9);
        int nope = between(random, 1, 20);
        ObjectNode json = new ObjectMapper().createObjectNode().put("model_type", family)
                .put("vocab_size", between(random, 5, 90)).put("hidden_size", heads * between(random, 4, 20))
                .put("num_attention_heads", heads).put("num_key_value_heads", heads)
                .put("intermediate_size", between(random, 1, 80)).put("num_hidden_layers", layers)
                .put("kv_lora_rank", between(random, 1, 40)).put("qk_nope_head_dim", nope).put("qk_rope_head_dim", rope)
                .put("v_head_dim", between(random, 1, 40)).put("max_position_embeddings", 64)
                .put("tie_word_embeddings", random.nextBoolean()).put("attention_bias", random.nextBoolean())
                .put("rms_norm_eps", random.nextBoolean() ? 1e-5 : 1e-6).putNull("eos_token_id")
                .putNull("bos_token_id");
        if (random.nextBoolean() || COMPRESSED.contains(family)) {
            json.put("q_lora_rank", between(random, 1, 40));
        } else {
            json.putNull("q_lora_rank");
        }
        if (!List.of("deepseek_v2", "minicpm3", "longcat_flash").contains(family)) {
            json.put("rope_interleave", random.nextBoolean());
        }
        rope(json, family, random, rope, nope);
        if (family.equals("minicpm3")) {
            json.put("scale_emb", between(random, 1, 12)).put("scale_depth", 0.5 + random.nextDouble())
                    .put("dim_model_base", between(random, 1, 64));
        } else if (family.equals("longcat_flash")) {
            int experts = between(random, 1, 9);
            int zero = between(random, 0, 5);
            json.remove("num_hidden_layers");
            json.put("num_layers", layers).put("n_routed_experts", experts).put("zero_expert_num", zero)
                    .put("moe_topk", between(random, 1, Math.min(6, experts + zero)))
                    .put("expert_ffn_hidden_size", between(random, 1, 40))
                    .put("routed_scaling_factor", 0.5 + 2 * random.nextDouble());
        } else if (!family.equals("youtu")) {
            experts(json, family, random, layers);
        }
        if (SPARSE.contains(family)) {
            indexer(json, family, random, layers);
        }
        return json.toString();
    }

    private static void indexer(ObjectNode json, String family, SplittableRandom random, int layers) {
        json.put("index_n_heads", between(random, 1, 5))
                .put("index_head_dim", json.get("qk_rope_head_dim").intValue() + between(random, 0, 20))
                .put("index_topk", between(random, 1, 12)).put("indexer_rope_interleave", random.nextBoolean());
        for (int i = 0; i < layers && family.equals("glm_moe_dsa"); i++) {
            json.withArray("indexer_types").add(i == 0 || random.nextBoolean() ? "full" : "shared");
        }
    }

    private static void rope(ObjectNode json, String family, SplittableRandom random, int rope, int nope) {
        ObjectNode settings = json.putObject("rope_parameters").put("rope_theta", between(random, 50, 20_000))
                .put("rope_type", "default");
        if (family.equals("mistral4") || random.nextBoolean()) {
            settings.put("rope_type", "yarn").put("factor", between(random, 1, 40))
                    .put("original_max_position_embeddings", between(random, 4, 16)).put("beta_fast", 32)
                    .put("beta_slow", 1).put("mscale", 1).put("mscale_all_dim", random.nextDouble());
        }
        if (family.equals("mistral4")) {
            settings.put("llama_4_scaling_beta", 0.1).put("partial_rotary_factor", rope / (double) (rope + nope));
        }
    }

    private static void experts(ObjectNode json, String family, SplittableRandom random, int layers) {
        int groups = between(random, 1, 4);
        int size = between(random, 2, 6);
        int used = between(random, 1, groups);
        json.put("n_routed_experts", groups * size)
                .put("num_experts_per_tok", between(random, 1, Math.min(used * size, 6)))
                .put("n_shared_experts", between(random, 0, 2)).put("moe_intermediate_size", between(random, 1, 40))
                .put("n_group", groups).put("topk_group", used)
                .put("norm_topk_prob", !family.equals("deepseek_v2") && random.nextBoolean())
                .put("routed_scaling_factor", 0.5 + 2 * random.nextDouble());
        if (family.equals("deepseek_v2")) {
            json.put("topk_method", random.nextBoolean() ? "greedy" : "group_limited_greedy");
        }
        if (family.equals("glm4_moe_lite")) {
            for (int i = 0; i < layers; i++) {
                json.withArray("mlp_layer_types").add(random.nextBoolean() ? "dense" : "sparse");
            }
        } else {
            json.put("first_k_dense_replace", between(random, 0, layers));
        }
    }

    @TestFactory
    Stream<DynamicTest> modelsAgreeWithTheReference() {
        String wanted = System.getProperty("mla.random.families", ".*");
        return FAMILIES.stream().filter(family -> family.matches(wanted))
                .flatMap(family -> Stream.iterate(0, seed -> seed < MODELS, seed -> seed + 1)
                        .map(seed -> DynamicTest.dynamicTest(family + " " + seed, () -> agrees(family, seed))));
    }

    private static void agrees(String family, int seed) {
        SplittableRandom random = new SplittableRandom(31L * seed + family.hashCode());
        String json = config(family, random);
        ModelConfig model;
        try {
            model = ModelConfigReader.parse(json, "config.json");
        } catch (ConfigurationException e) {
            throw new AssertionError(json, e);
        }
        NamedWeights source = RandomWeights.of(model, seed);
        Map<String, float[]> values = SourceValues.of(model, source);
        int[] ids = random.ints(between(random, 1, 23), 0, model.vocabSize()).toArray();
        double[] expected = new DecoderReference(model, values::get, AttentionReference.Form.EXPANDED).logits(ids);
        List<Target> targets = TestTargets.list();
        Target target = targets.get(seed % targets.size());
        AttentionMode mode = random.nextBoolean() ? AttentionMode.ABSORBED : AttentionMode.EXPANDED;
        DecoderOptions options = DecoderOptions.defaults().withChunkTokens(between(random, 1, 9)).withBatch(1)
                .withCacheTokens(64).withPageTokens(between(random, 1, 16)).withMode(mode);
        try (Decoder decoder = Decoder.of(model, source, target, options); Sequence sequence = decoder.open()) {
            float[][] found = decoder.score(sequence, ids);
            float[] all = new float[expected.length];
            for (int row = 0; row < found.length; row++) {
                System.arraycopy(found[row], 0, all, row * model.vocabSize(), model.vocabSize());
            }
            Comparer.assertClose(json, Comparer.widen(all), expected, TOLERANCE);
        }
    }
}
