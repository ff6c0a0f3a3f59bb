package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.tokenizer.TextTokenizer;

/** A model on several devices computes the bits that it computes on one. */
class SeveralDevicesTest {

    private static final Path MODEL = Path.of("models", "tiny-kjv");
    private static final int TOKENS = 23;

    private static ModelConfig model(String more) {
        return ModelConfigReader.parse("""
                {"vocab_size": 50, "hidden_size": 24, "num_attention_heads": 2,
                 "num_key_value_heads": 2, "intermediate_size": 16, "num_hidden_layers": 4, "kv_lora_rank": 8,
                 "q_lora_rank": 12, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
                 "n_routed_experts": 6, "num_experts_per_tok": 2, "n_shared_experts": 1, "moe_intermediate_size": 8,
                 "n_group": 1, "topk_group": 1, "max_position_embeddings": 64,
                 "eos_token_id": null, "bos_token_id": null, %s}
                """.formatted(more), "config.json");
    }

    private static final ModelConfig DENSE = model("\"model_type\": \"deepseek_v3\", \"first_k_dense_replace\": 1");
    private static final ModelConfig SPARSE = model("""
            "model_type": "glm_moe_dsa", "first_k_dense_replace": 1, "index_n_heads": 2, "index_head_dim": 8,
            "index_topk": 4, "indexer_types": ["full", "shared", "full", "shared"]""");
    private static final ModelConfig SHORTCUT = ModelConfigReader.parse("""
            {"model_type": "longcat_flash", "vocab_size": 50, "hidden_size": 24, "num_attention_heads": 2,
             "num_layers": 2, "ffn_hidden_size": 16, "expert_ffn_hidden_size": 8, "kv_lora_rank": 8,
             "q_lora_rank": 12, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
             "n_routed_experts": 4, "zero_expert_num": 2, "moe_topk": 2, "max_position_embeddings": 64,
             "routed_scaling_factor": 1.5, "eos_token_id": null, "bos_token_id": null}
            """, "config.json");

    /** Everything that a decoder gives of a text: logits, hidden states, and logits of what follows a fork of it. */
    private record Given(float[][] logits, float[][] hidden, float[] forked, List<ExpertLoad> loads) {

        void assertSame(Given other) {
            assertArrayEquals(logits, other.logits);
            assertArrayEquals(hidden, other.hidden);
            assertArrayEquals(forked, other.forked);
            assertEquals(loads.stream().map(ExpertLoad::layer).toList(),
                    other.loads.stream().map(ExpertLoad::layer).toList());
            for (int i = 0; i < loads.size(); i++) {
                assertArrayEquals(loads.get(i).tokens(), other.loads.get(i).tokens());
                assertEquals(loads.get(i).readPerRound(), other.loads.get(i).readPerRound());
            }
        }
    }

    private static int[] ids(int seed, int count) {
        return new SplittableRandom(seed).ints(count, 0, DENSE.vocabSize()).toArray();
    }

    private static DecoderOptions options(AttentionMode mode) {
        return DecoderOptions.defaults().withChunkTokens(7).withBatch(2).withCacheTokens(128).withPageTokens(4)
                .withMode(mode).withExpertLoad(true);
    }

    private static Given given(ModelConfig model, List<Target> targets, DecoderOptions options) {
        try (Decoder decoder = Decoder.of(model, RandomWeights.of(model, 5), targets, options);
                Sequence sequence = decoder.open();
                Sequence other = decoder.open()) {
            assertEquals(targets, decoder.targets());
            float[][] logits = decoder.score(sequence, ids(1, TOKENS));
            float[][] hidden = decoder.hidden(other, ids(2, 9));
            try (Sequence fork = sequence.fork()) {
                fork.truncate(TOKENS - 3);
                float[] forked = decoder.append(fork, ids(3, 6));
                return new Given(logits, hidden, forked, decoder.expertLoad());
            }
        }
    }

    private static Stream<Target> targets() {
        return TestTargets.all().map(Target::withoutSelfTest);
    }

    /** The device that compiles quickest. */
    private static Target quickest() {
        return Targets.choose(TestTargets.ENGINE, null).withoutSelfTest();
    }

    @Test
    void givesTheBitsOfOne() {
        for (ModelConfig model : List.of(DENSE, SPARSE, SHORTCUT)) {
            for (AttentionMode mode : modes(model)) {
                Given one = given(model, List.of(quickest()), options(mode));
                given(model, Collections.nCopies(2, quickest()), options(mode)).assertSame(one);
            }
        }
        DecoderOptions narrow = options(AttentionMode.AUTO).withCacheType(CacheType.BF16);
        given(DENSE, Collections.nCopies(4, quickest()), narrow).assertSame(given(DENSE, List.of(quickest()), narrow));
    }

    /** Both ways of attending; on an SDK one for a model, since its compiler takes a quarter of a minute for each. */
    private static List<AttentionMode> modes(ModelConfig model) {
        if (!Targets.sdkActive()) {
            return List.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED);
        }
        return List.of(model == SPARSE ? AttentionMode.EXPANDED : AttentionMode.ABSORBED);
    }

    /** Two devices of each engine, or twice the same where it has one. */
    @Test
    void devicesOfAnEngineShareLayers() {
        targets().map(Target::engine).distinct().forEach(engine -> {
            List<Target> all = targets().filter(target -> target.engine() == engine).toList();
            given(DENSE, List.of(all.getFirst(), all.getLast()), options(AttentionMode.AUTO))
                    .assertSame(given(DENSE, List.of(all.getFirst()), options(AttentionMode.AUTO)));
        });
    }

    /** A snapshot of either is continued by the other, and comes to the same. */
    @Test
    void snapshotsGoEitherWay(@TempDir Path directory) {
        Target target = quickest();
        for (ModelConfig model : List.of(DENSE, SPARSE)) {
            try (Decoder one = Decoder.of(model, RandomWeights.of(model, 5), target, options(AttentionMode.AUTO));
                    Decoder two = Decoder.of(model, RandomWeights.of(model, 5), List.of(target, target),
                            options(AttentionMode.AUTO))) {
                float[] expected = restored(one, one, directory);
                assertArrayEquals(expected, restored(one, two, directory));
                assertArrayEquals(expected, restored(two, one, directory));
                assertArrayEquals(expected, restored(two, two, directory));
            }
        }
    }

    private static float[] restored(Decoder writer, Decoder reader, Path directory) {
        Path file = directory.resolve("text");
        try (Sequence written = writer.open(); Sequence beside = reader.open()) {
            writer.append(written, ids(1, TOKENS));
            reader.append(beside, ids(2, 5));
            writer.snapshot(written, file);
            try (Sequence restored = reader.restore(file)) {
                float[] next = reader.append(restored, ids(3, 4));
                // What was on the devices before is there still.
                reader.append(beside, ids(3, 4));
                return next;
            }
        }
    }

    /** Texts that are written together, with guesses and sampling. */
    @Test
    void textsAreThoseOfOne() {
        Target target = quickest();
        List<int[]> one = texts(List.of(target), false);
        List<int[]> two = texts(List.of(target, target), false);
        List<int[]> guessed = texts(List.of(target, target), true);
        for (int i = 0; i < one.size(); i++) {
            assertArrayEquals(one.get(i), two.get(i));
            assertArrayEquals(one.get(i), guessed.get(i));
        }
    }

    private static List<int[]> texts(List<Target> targets, boolean guesses) {
        DecoderOptions options = DecoderOptions.defaults().withBatch(3).withCacheTokens(256).withPageTokens(16)
                .withChunkTokens(16).withDraftTokens(3);
        try (TextTokenizer tokenizer = TextTokenizer.load(MODEL);
                Decoder decoder = Decoder.load(MODEL, targets, options)) {
            Generator generator = new Generator(decoder, tokenizer);
            Generator chosen = guesses ? generator.withSpeculation(Speculation.lookup(3)) : generator;
            List<Generation> texts = new ArrayList<>();
            for (String prompt : List.of("holy, holy, holy, holy,", "In the beginning God", "Praise ye the LORD.")) {
                SamplerConfig sampling = texts.isEmpty()
                        ? SamplerConfig.greedy()
                        : SamplerConfig.builder().temperature(0.5).seed(texts.size()).build();
                texts.add(chosen.prepare(GenerationRequest.builder(tokenizer.encode(prompt, true)).maxTokens(12)
                        .sampling(sampling).build(), (id, text) -> {}));
            }
            return chosen.run(texts).stream().map(GenerationResult::ids).toList();
        }
    }

    @Test
    void saysWhichDeviceHasWhichLayers() {
        Target target = quickest();
        try (Decoder decoder = Decoder.of(DENSE, RandomWeights.of(DENSE, 5), List.of(target, target),
                options(AttentionMode.AUTO))) {
            assertTrue(decoder.placing().matches("(?s).* layers? 0.*, .* layers? \\d( to 3)?"), decoder.placing());
            assertTrue(decoder.listing().contains("leave = "), decoder.listing());
        }
    }

    @Test
    void refusesDevicesThatDoNotGoTogether() {
        List<Target> targets = targets().toList();
        ConfigurationException many = assertThrows(ConfigurationException.class,
                () -> given(DENSE, Collections.nCopies(5, targets.getFirst()), options(AttentionMode.AUTO)));
        assertTrue(many.getMessage().contains("4 layers can be divided among 1 to 4 devices"), many.getMessage());
        assertThrows(ConfigurationException.class, () -> given(DENSE, List.of(), options(AttentionMode.AUTO)));
        targets.stream().filter(target -> target.engine() != targets.getFirst().engine()).findFirst()
                .ifPresent(other -> {
                    ConfigurationException refused = assertThrows(ConfigurationException.class,
                            () -> given(DENSE, List.of(targets.getFirst(), other), options(AttentionMode.AUTO)));
                    assertTrue(refused.getMessage().contains("name devices of one engine"), refused.getMessage());
                });
    }
}
