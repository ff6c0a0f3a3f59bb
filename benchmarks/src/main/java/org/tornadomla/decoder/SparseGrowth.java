package org.tornadomla.decoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.tornadomla.backend.Targets;
import org.tornadomla.cache.CacheConfig;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.cache.Reservation;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.weights.WeightFormats;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One layer of DeepSeek-V3.2's sizes at decode, with its indexer and without: {@code SparseGrowth ENGINE CACHED...}
 * prints a row for each number of cached tokens. Both take turns. What is cached is random, since computing it would
 * take hours; the feed-forward and the vocabulary are small, so that attention is what is measured.
 */
public final class SparseGrowth {

    private static final int CHOSEN = 2048;
    private static final int ROUNDS = 9;
    private static final double LARGEST_ERROR = 1e-4;

    private SparseGrowth() {
    }

    /** A layer behind a cache, and the times of its steps. */
    private static final class Layer implements AutoCloseable {

        private final Decoder decoder;
        private final Sequence sequence;
        private final int cached;
        private final double[] seconds = new double[ROUNDS];

        private Layer(String type, String more, String engine, int cached) throws IOException {
            ModelConfig model = ModelConfigReader.parse(sizes(type, more), type);
            DecoderOptions options = DecoderOptions.defaults().withChunkTokens(1).withBatch(1).withExpandedKeys(0)
                    .withCacheTokens(cached + CacheConfig.DEFAULT_PAGE_TOKENS).withWeightType(WeightFormats.BF16);
            this.cached = cached;
            this.decoder = Decoder.of(model, RandomWeights.of(model, 1), Targets.choose(engine, null), options);
            Path file = Files.createTempFile("cached", ".snapshot");
            try {
                write(Decoder.cacheConfig(model, options, Decoder.OWN_WEIGHTS), cached, file);
                this.sequence = decoder.restore(file);
            } finally {
                Files.delete(file);
            }
        }

        private static String sizes(String type, String more) {
            return """
                    {"model_type": "%s", "vocab_size": 64, "hidden_size": 7168, "num_attention_heads": 128,
                     "num_key_value_heads": 128, "intermediate_size": 64, "num_hidden_layers": 1, "kv_lora_rank": 512,
                     "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
                     "n_routed_experts": 8, "num_experts_per_tok": 2, "n_shared_experts": 1, "moe_intermediate_size": 64,
                     "n_group": 1, "topk_group": 1, "first_k_dense_replace": 1, "max_position_embeddings": 131072,
                     "eos_token_id": null, "bos_token_id": null%s}"""
                    .formatted(type, more);
        }

        private static void write(CacheConfig config, int tokens, Path file) {
            SplittableRandom random = new SplittableRandom(tokens);
            try (LatentCache cache = new LatentCache(config)) {
                CachedSequence text = cache.open();
                try (Reservation reservation = cache.reserve(text, tokens)) {
                    for (int pool = 0; pool < config.pools(); pool++) {
                        FloatArray rows = ((LayerPool.Float32) cache.pool(pool)).rows().getArray();
                        for (int i = 0; i < rows.getSize(); i++) {
                            rows.set(i, random.nextFloat() - 0.5f);
                        }
                    }
                    reservation.commit();
                }
                cache.snapshot(text, file);
            }
        }

        private float[] step() {
            float[] logits = decoder.append(sequence, 7);
            sequence.truncate(cached);
            return logits;
        }

        private void measure(int round) {
            long start = System.nanoTime();
            step();
            seconds[round] = (System.nanoTime() - start) / 1e9;
        }

        private double median() {
            Arrays.sort(seconds);
            return seconds[ROUNDS / 2];
        }

        /** Milliseconds of a step in the tasks that grow with what is cached. */
        private double attending() {
            Map<String, Long> tasks = decoder.profile(this::step);
            return tasks.entrySet().stream()
                    .filter(task -> task.getKey().startsWith("attend") || task.getKey().contains(".index_"))
                    .mapToLong(Map.Entry::getValue).sum() / 1e6;
        }

        @Override
        public void close() {
            sequence.close();
            decoder.close();
        }
    }

    /** Measures on an engine, behind each of several numbers of tokens. */
    public static void main(String... arguments) throws IOException {
        System.out
                .println("| cached tokens | dense, ms | sparse, ms | attention and indexer, dense, ms | sparse, ms |");
        System.out.println("| --- | --- | --- | --- | --- |");
        for (int cached : Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray()) {
            try (Layer dense = new Layer("deepseek_v3", "", arguments[0], cached);
                    Layer sparse = new Layer("deepseek_v32",
                            ", \"index_n_heads\": 64, \"index_head_dim\": 128, \"index_topk\": " + CHOSEN, arguments[0],
                            cached)) {
                check(dense, sparse);
                check(dense, sparse);
                for (int round = 0; round < ROUNDS; round++) {
                    dense.measure(round);
                    sparse.measure(round);
                }
                System.out.printf(Locale.ROOT, "| %,d | %.1f | %.1f | %.1f | %.1f |%n", cached, dense.median() * 1e3,
                        sparse.median() * 1e3, dense.attending(), sparse.attending());
            }
        }
    }

    /** Where no more keys are cached than the indexer chooses, both layers are the same computation. */
    private static void check(Layer dense, Layer sparse) {
        float[] expected = dense.step();
        float[] found = sparse.step();
        for (int i = 0; i < expected.length; i++) {
            if (!Float.isFinite(found[i])
                    || dense.cached < CHOSEN && Math.abs(found[i] - expected[i]) > LARGEST_ERROR) {
                throw new IllegalStateException("logit " + i + " is " + found[i] + " with an indexer and " + expected[i]
                        + " without, behind " + dense.cached + " tokens");
            }
        }
    }
}
