package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.tokenizer.TextTokenizer;

/** Guesses change how fast a text comes, and not the text. */
class SpeculationTest {

    private static final Path MODEL = Path.of("models", "tiny-kjv");
    private static final List<String> PROMPTS = List.of("holy, holy, holy, holy, holy,",
            "These are the families of the sons of Simeon: of Nemuel, the family of the Nemuelites: of",
            "Praise ye the LORD. Praise ye the LORD. Praise", "In the beginning God created", "J");
    private static final int TOKENS = 24;
    private static final int DRAWS = 2000;

    /** Every layout on the last engine, and one on the others, where small rounds are slow. */
    static Stream<Arguments> layouts() {
        List<Target> targets = TestTargets.list();
        return Stream.concat(targets.stream().map(target -> Arguments.of(target, 16, 16, CacheType.BF16, 2)),
                Stream.of(Arguments.of(targets.getLast(), 5, 1, CacheType.F32, 4),
                        Arguments.of(targets.getLast(), 128, 64, CacheType.F32, 7)));
    }

    private static List<GenerationRequest> requests(TextTokenizer tokenizer) {
        return IntStream.range(0, PROMPTS.size())
                .mapToObj(i -> GenerationRequest.builder(tokenizer.encode(PROMPTS.get(i), true)).maxTokens(TOKENS)
                        .sampling(i % 2 == 0
                                ? SamplerConfig.greedy()
                                : SamplerConfig.builder().temperature(0.5).repetitionPenalty(1.05).seed(i).build())
                        .build())
                .toList();
    }

    private static Generation prepare(Generator generator, GenerationRequest request) {
        return generator.prepare(request, (id, text) -> {});
    }

    @ParameterizedTest(name = "{0}, chunks of {1}, pages of {2}, {3}, {4} guesses")
    @MethodSource("layouts")
    void textsAreTheSame(Target target, int chunk, int page, CacheType cache, int guesses) {
        DecoderOptions options = DecoderOptions.defaults().withCacheTokens(512).withPageTokens(page)
                .withCacheType(cache).withDraftTokens(guesses).withChunkTokens(Math.max(chunk, guesses + 1));
        try (TextTokenizer tokenizer = TextTokenizer.load(MODEL);
                Decoder decoder = Decoder.load(MODEL, target.withoutSelfTest(), options)) {
            Generator plain = new Generator(decoder, tokenizer);
            Generator guessing = plain.withSpeculation(Speculation.lookup(guesses));
            List<Generation> together = new ArrayList<>();
            List<int[]> expected = new ArrayList<>();
            long accepted = 0;
            for (GenerationRequest request : requests(tokenizer)) {
                expected.add(plain.run(prepare(plain, request)).ids());
                Generation alone = prepare(guessing, request);
                assertArrayEquals(expected.getLast(), guessing.run(alone).ids());
                assertEquals(TOKENS - 1, alone.drafts().tokens());
                assertEquals(TOKENS - 1, alone.drafts().rounds() + alone.drafts().accepted());
                accepted += alone.drafts().accepted();
                together.add(prepare(guessing, request));
            }
            List<GenerationResult> results = guessing.run(together);
            for (int i = 0; i < results.size(); i++) {
                assertArrayEquals(expected.get(i), results.get(i).ids());
            }
            assertTrue(accepted > 10, accepted + " guesses were right");
            assertEquals(0, decoder.statistics().usedPages());
        }
    }

    /**
     * A model of six tokens, with random weights, and a drafter that guesses one of them whatever came: two tokens are
     * as frequent together as the model's probabilities say. A frequency of n draws of probability p strays by its
     * standard deviation sqrt(p (1 - p) / n) times 4.5 or more in one of 147,000 cases.
     */
    @Test
    void tokensAreAsFrequentAsWithoutGuesses() {
        ModelConfig model = ModelConfigReader.parse("""
                {"model_type": "youtu", "vocab_size": 6, "hidden_size": 16, "num_attention_heads": 2,
                 "num_key_value_heads": 2, "intermediate_size": 16, "num_hidden_layers": 1, "kv_lora_rank": 8,
                 "q_lora_rank": null, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
                 "max_position_embeddings": 64, "tie_word_embeddings": true, "eos_token_id": null}""", "config.json");
        DecoderOptions options = DecoderOptions.defaults().withBatch(100).withPageTokens(4).withDraftTokens(1);
        try (Decoder decoder = Decoder.of(model, RandomWeights.of(model, 3),
                TestTargets.list().getFirst().withoutSelfTest(), options)) {
            double[][] expected = pairs(decoder);
            Generator generator = new Generator(decoder, null)
                    .withSpeculation(Speculation.by((text, most) -> new int[]{3}, 1));
            int[][] found = new int[expected.length][expected.length];
            long accepted = 0;
            for (int seed = 0; seed < DRAWS; seed += options.batch()) {
                List<Generation> texts = IntStream.range(seed, seed + options.batch()).mapToObj(own -> prepare(
                        generator,
                        GenerationRequest.builder(1, 2).maxTokens(3).sampling(SamplerConfig.sampling(1, own)).build()))
                        .toList();
                for (GenerationResult result : generator.run(texts)) {
                    found[result.ids()[1]][result.ids()[2]]++;
                }
                accepted += texts.stream().mapToLong(text -> text.drafts().accepted()).sum();
            }
            for (int first = 0; first < expected.length; first++) {
                for (int second = 0; second < expected.length; second++) {
                    double p = expected[first][second];
                    assertEquals(p, (double) found[first][second] / DRAWS, 4.5 * Math.sqrt(p * (1 - p) / DRAWS),
                            first + " and then " + second);
                }
            }
            assertTrue(accepted > DRAWS / 20, accepted + " guesses were right");
        }
    }

    /** The probabilities of the second and the third token behind the prompt 1, 2, computed one by one. */
    private static double[][] pairs(Decoder decoder) {
        Sampler sampler = new Sampler(SamplerConfig.sampling(1, 0));
        try (Sequence sequence = decoder.open()) {
            double[] first = sampler.probabilities(decoder.append(sequence, 1, 2));
            double[][] pairs = new double[first.length][first.length];
            for (int a = 0; a < first.length; a++) {
                double[] second = sampler.probabilities(decoder.append(sequence, a));
                for (int b = 0; b < first.length; b++) {
                    double[] third = sampler.probabilities(decoder.append(sequence, b));
                    for (int c = 0; c < first.length; c++) {
                        pairs[b][c] += first[a] * second[b] * third[c];
                    }
                    sequence.truncate(3);
                }
                sequence.truncate(2);
            }
            return pairs;
        }
    }

    @Test
    void aDecoderWithoutRoomForTheGuessesIsRefused() {
        try (Decoder decoder = Decoder.load(MODEL, TestTargets.list().getFirst().withoutSelfTest(),
                DecoderOptions.defaults().withBatch(2).withCacheTokens(64))) {
            Generator generator = new Generator(decoder, null).withSpeculation(Speculation.lookup(2));
            Generation text = prepare(generator, GenerationRequest.greedy(new int[]{5}, 2));
            String message = assertThrows(ConfigurationException.class, () -> generator.run(text)).getMessage();
            assertEquals("outputs of the decoder is 2, and 2 draft tokens take 3 rows; use"
                    + " DecoderOptions.withDraftTokens", message);
            assertThrows(ConfigurationException.class, () -> Speculation.lookup(0));
        }
    }
}
