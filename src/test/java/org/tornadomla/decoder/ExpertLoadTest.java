package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.testing.TestTargets;

/** Choices of experts are counted, and experts that nobody chose are not read. */
class ExpertLoadTest {

    private static final int EXPERTS = 6;
    private static final int FAVOURITE = 4;
    private static final int OUTCAST = 1;
    private static final int TOKENS = 12;

    private static final ModelConfig MODEL = ModelConfigReader.parse("""
            {"model_type": "deepseek_v3", "vocab_size": 30, "hidden_size": 24, "num_attention_heads": 2,
             "num_key_value_heads": 2, "intermediate_size": 16, "num_hidden_layers": 3, "kv_lora_rank": 8,
             "q_lora_rank": null, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
             "n_routed_experts": 6, "num_experts_per_tok": 2, "n_shared_experts": 1, "moe_intermediate_size": 8,
             "n_group": 1, "topk_group": 1, "first_k_dense_replace": 1, "max_position_embeddings": 64,
             "eos_token_id": null, "bos_token_id": null}
            """, "config.json");

    static Stream<Target> targets() {
        return TestTargets.all().map(Target::withoutSelfTest);
    }

    /** A selection bias has every token choose one expert, and none another. */
    private static NamedWeights biased() {
        NamedWeights random = RandomWeights.of(MODEL, 3);
        return new NamedWeights() {

            @Override
            public Matrix matrix(String name) {
                return random.matrix(name);
            }

            @Override
            public float[] read(String name) {
                float[] values = random.read(name);
                if (name.endsWith("e_score_correction_bias")) {
                    values[FAVOURITE] = 100;
                    values[OUTCAST] = -100;
                }
                return values;
            }
        };
    }

    private static List<ExpertLoad> loads(Target target, int chunk, boolean counted) {
        DecoderOptions options = DecoderOptions.defaults().withBatch(1).withCacheTokens(64).withChunkTokens(chunk)
                .withExpertLoad(counted);
        try (Decoder decoder = Decoder.of(MODEL, biased(), target, options); Sequence sequence = decoder.open()) {
            decoder.append(sequence, new SplittableRandom(1).ints(TOKENS, 0, MODEL.vocabSize()).toArray());
            return decoder.expertLoad();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void countsTheChoicesOfEachLayer(Target target) {
        List<ExpertLoad> single = loads(target, 1, true);
        List<ExpertLoad> together = loads(target, 5, true);
        assertEquals(List.of(1, 2), single.stream().map(ExpertLoad::layer).toList());
        for (int i = 0; i < 2; i++) {
            ExpertLoad load = single.get(i);
            assertEquals(2 * TOKENS, LongStream.of(load.tokens()).sum());
            assertEquals(TOKENS, load.tokens()[FAVOURITE]);
            assertEquals(0, load.tokens()[OUTCAST]);
            assertEquals(FAVOURITE, load.busiest());
            assertEquals(0.5, load.share(FAVOURITE));
            assertEquals(TOKENS, load.rounds());
            assertEquals(2 + 1, load.readPerRound(), "a token's two experts and the shared one");
            ExpertLoad other = together.get(i);
            assertEquals(LongStream.of(load.tokens()).boxed().toList(), LongStream.of(other.tokens()).boxed().toList());
            assertEquals(3, other.rounds());
            assertTrue(other.readPerRound() <= EXPERTS - other.idle() + 1, other.toString());
            assertTrue(other.idle() >= 1, "nobody chose one of them, and no round read it");
        }
    }

    @Test
    void countsNothingUnlessAskedTo() {
        assertEquals(List.of(), loads(TestTargets.list().getFirst().withoutSelfTest(), 5, false));
    }

    @Test
    void imbalanceIsThatOfTheLoss() {
        assertEquals(1, new ExpertLoad(0, new long[]{3, 3, 3, 3}, 1, 4).imbalance(), 1e-12);
        assertEquals(4, new ExpertLoad(0, new long[]{0, 7, 0, 0}, 1, 1).imbalance(), 1e-12);
        assertEquals(4 * (0.25 + 0.0625 + 0.0625), new ExpertLoad(0, new long[]{2, 1, 1, 0}, 1, 3).imbalance(), 1e-12);
        assertEquals(0, new ExpertLoad(0, new long[]{0, 0}, 0, 0).imbalance());
    }
}
