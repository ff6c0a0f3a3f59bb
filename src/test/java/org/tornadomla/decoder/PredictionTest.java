package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.decoder.Continuation.Rows;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.DecoderReference;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.SourceValues;
import org.tornadomla.testing.TestTargets;

/** Prediction layers compute what the reference does, and texts guessed with them are the same. */
class PredictionTest {

    /** One layer in single precision against double, as in {@link RandomFamilyTest}. */
    private static final double TOLERANCE = 5e-5;

    private static ModelConfig model(int experts, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return ModelConfigReader.parse("""
                {"model_type": "deepseek_v3", "vocab_size": %d, "hidden_size": %d, "num_attention_heads": 2,
                 "num_key_value_heads": 2, "intermediate_size": 24, "num_hidden_layers": 2, "kv_lora_rank": 12,
                 "q_lora_rank": null, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
                 "n_routed_experts": 4, "num_experts_per_tok": 2, "n_shared_experts": 1, "moe_intermediate_size": 8,
                 "n_group": 1, "topk_group": 1, "first_k_dense_replace": %d, "num_nextn_predict_layers": 1,
                 "max_position_embeddings": 64, "eos_token_id": null, "bos_token_id": null}
                """.formatted(random.nextInt(20, 80), random.nextInt(10, 50), experts == 0 ? 2 : 1), "config.json");
    }

    static Stream<Target> targets() {
        return TestTargets.all().map(Target::withoutSelfTest);
    }

    private static DecoderOptions options() {
        return DecoderOptions.defaults().withBatch(3).withCacheTokens(192).withPageTokens(4).withDraftTokens(3);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void rowsAreThoseOfTheReference(Target target) {
        for (int seed = 0; seed < 2; seed++) {
            ModelConfig layer = model(seed % 2, seed).prediction().orElseThrow();
            NamedWeights source = RandomWeights.of(layer, seed);
            SplittableRandom random = new SplittableRandom(seed);
            int[] ids = random.ints(11, 0, layer.vocabSize()).toArray();
            float[][] states = Stream
                    .generate(() -> Comparer.narrow(random.doubles(layer.hiddenSize(), -2, 2).toArray()))
                    .limit(ids.length).toArray(float[][]::new);
            double[] given = Stream.of(states)
                    .flatMapToDouble(row -> IntStream.range(0, row.length).mapToDouble(i -> row[i])).toArray();
            DecoderReference reference = new DecoderReference(layer, SourceValues.of(layer, source)::get,
                    AttentionReference.Form.EXPANDED);
            double[] hidden = reference.hidden(given, ids);
            double[] logits = reference.head(hidden);
            AttentionMode mode = seed == 0 ? AttentionMode.ABSORBED : AttentionMode.EXPANDED;
            try (Decoder decoder = Decoder.of(layer, source, target,
                    options().withChunkTokens(4 + 2 * seed).withMode(mode)); Sequence sequence = decoder.open()) {
                Outputs found = decoder.predict(new Continuation(sequence, Rows.EACH, ids), states);
                Comparer.assertClose("hidden states of " + seed, widened(found.hidden()), hidden, TOLERANCE);
                Comparer.assertClose("logits of " + seed, widened(found.logits()), logits, TOLERANCE);
            }
        }
    }

    private static double[] widened(float[][] rows) {
        return Stream.of(rows).flatMapToDouble(row -> IntStream.range(0, row.length).mapToDouble(i -> row[i]))
                .toArray();
    }

    /** Weights of a model that adds nothing to a token and says its successor; all of its predictions are right. */
    private static NamedWeights counting(ModelConfig model) {
        NamedWeights random = RandomWeights.of(model, 5);
        Map<String, float[]> own = new HashMap<>();
        int hidden = model.hiddenSize();
        int words = model.vocabSize();
        float[] embedding = random(words * hidden, 7);
        float[] head = new float[words * hidden];
        for (int id = 0; id < words; id++) {
            System.arraycopy(embedding, id * hidden, head, (id + 1) % words * hidden, hidden);
        }
        own.put(model.embeddingName(), embedding);
        own.put(model.headName(), head);
        return new NamedWeights() {

            @Override
            public Matrix matrix(String name) {
                Matrix matrix = random.matrix(name);
                float[] values = own.getOrDefault(name, new float[matrix.rows() * matrix.columns()]);
                for (int i = 0; name.contains("eh_proj") && i < hidden; i++) {
                    values[i * 2 * hidden + i] = 1;
                }
                return Matrix.of(matrix.rows(), matrix.columns(), values);
            }

            @Override
            public float[] read(String name) {
                float[] values = random.read(name);
                Arrays.fill(values, name.contains("norm") ? 1 : 0);
                return values;
            }
        };
    }

    private static float[] random(int count, int seed) {
        return Comparer.narrow(new SplittableRandom(seed).doubles(count, -1, 1).toArray());
    }

    @Test
    void allGuessesOfAModelThatCountsAreRight() {
        ModelConfig model = model(1, 3);
        ModelConfig layer = model.prediction().orElseThrow();
        Target target = TestTargets.list().getFirst().withoutSelfTest();
        try (Decoder decoder = Decoder.of(model, counting(model), target, options().withOutputs(16));
                Decoder prediction = Decoder.of(layer, counting(layer), target, options())) {
            Generator generator = new Generator(decoder, null).withSpeculation(Speculation.prediction(prediction, 3));
            Generation text = generator.prepare(GenerationRequest.greedy(new int[]{4, 5, 6}, 13), (id, piece) -> {});
            assertArrayEquals(IntStream.range(7, 20).map(id -> id % model.vocabSize()).toArray(),
                    generator.run(text).ids());
            assertEquals(new DraftStatistics(3, 9, 9, 12), text.drafts());
            assertEquals(0, prediction.statistics().usedPages());
        }
    }

    /** Texts of random models, together, with guesses by the model's own layer, by another model and by itself. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void textsAreTheSame(Target target) {
        ModelConfig model = model(1, 1);
        ModelConfig layer = model.prediction().orElseThrow();
        DecoderOptions options = options().withOutputs(12);
        try (Decoder decoder = Decoder.of(model, RandomWeights.of(model, 1), target, options);
                Decoder prediction = Decoder.of(layer, RandomWeights.of(layer, 1), target, options);
                Decoder other = Decoder.of(model, RandomWeights.of(model, 2), target, options)) {
            Generator plain = new Generator(decoder, null);
            List<int[]> expected = texts(plain, new ArrayList<>());
            for (Speculation guessing : List.of(Speculation.prediction(prediction, 3), Speculation.model(other, 3),
                    Speculation.model(decoder, 2))) {
                List<Generation> told = new ArrayList<>();
                List<int[]> found = texts(plain.withSpeculation(guessing), told);
                for (int i = 0; i < expected.size(); i++) {
                    assertArrayEquals(expected.get(i), found.get(i));
                }
                assertTrue(told.stream().allMatch(text -> text.drafts().drafted() > 0));
                assertEquals(0, decoder.statistics().usedPages());
                assertEquals(0, prediction.statistics().usedPages());
                assertEquals(0, other.statistics().usedPages());
                if (guessing.tokens() == 2) {
                    Generation greedy = told.getFirst();
                    assertEquals(greedy.drafts().drafted(), greedy.drafts().accepted(), "it guesses itself");
                }
            }
        }
    }

    private static List<int[]> texts(Generator generator, List<Generation> told) {
        for (int i = 0; i < 5; i++) {
            SamplerConfig sampling = i % 2 == 0 ? SamplerConfig.greedy() : SamplerConfig.sampling(0.7, i);
            int[] prompt = new SplittableRandom(i / 3).ints(5L + 3 * (i / 3), 0, 20).toArray();
            told.add(generator.prepare(GenerationRequest.builder(prompt).maxTokens(14).sampling(sampling).build(),
                    (id, piece) -> {}));
        }
        return generator.run(told).stream().map(GenerationResult::ids).toList();
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        ModelConfig model = model(1, 1);
        ModelConfig other = model(1, 2);
        Target target = TestTargets.list().getFirst().withoutSelfTest();
        ModelConfig foreign = other.prediction().orElseThrow();
        try (Decoder decoder = Decoder.of(model, RandomWeights.of(model, 1), target, options());
                Decoder small = Decoder.of(other, RandomWeights.of(other, 1), target, options());
                Decoder layer = Decoder.of(foreign, RandomWeights.of(foreign, 1), target, options())) {
            assertThrows(ConfigurationException.class, () -> Speculation.prediction(decoder, 2));
            Generator generator = new Generator(decoder, null);
            for (Speculation guessing : List.of(Speculation.prediction(layer, 2), Speculation.model(small, 2))) {
                Generation text = generator.prepare(GenerationRequest.greedy(new int[]{1}, 2), (id, piece) -> {});
                assertThrows(ConfigurationException.class, () -> generator.withSpeculation(guessing).run(text));
            }
        }
    }
}
