package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tornadomla.backend.Target;
import org.tornadomla.error.CacheException;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;

/**
 * Texts that come, go and are cancelled as it happens, with prompts of all lengths and pools of all sizes, have the
 * tokens that each has alone. {@code -Dmla.schedules=10000} runs more of them than a build does.
 */
class SchedulerPropertyTest {

    private static final Path MODEL = Goldens.folder("models").resolve("v2-lite-greedy");
    private static final int SCHEDULES = Integer.getInteger("mla.schedules", 60);
    private static final long SEED = Long.getLong("mla.schedules.seed", 1);
    private static final int REQUESTS = 40;
    /** Requests that a schedule chooses from; they begin alike more often than others do. */
    private static final int NEIGHBOURS = 12;
    /**
     * Texts that were computed together and alone differ by some 1e-5 in their logits. A choice closer than this would
     * be a matter of rounding, so no request has one.
     */
    private static final float MARGIN = 1e-3f;

    private static final List<Decoder> DECODERS = new ArrayList<>();
    private static final List<GenerationRequest> POOL = new ArrayList<>();
    private static final List<int[]> EXPECTED = new ArrayList<>();

    @BeforeAll
    static void load() {
        Target target = TestTargets.list().getFirst().withoutSelfTest();
        DecoderOptions options = DecoderOptions.defaults().withPageTokens(4).withExpandedKeys(64);
        DECODERS.add(Decoder.load(MODEL, target,
                options.withChunkTokens(4).withBatch(3).withOutputs(7).withCacheTokens(32)));
        DECODERS.add(Decoder.load(MODEL, target,
                options.withChunkTokens(9).withBatch(2).withOutputs(4).withCacheTokens(40)));
        DECODERS.add(Decoder.load(MODEL, target, options.withChunkTokens(16).withBatch(6).withCacheTokens(200)));
        SplittableRandom random = new SplittableRandom(SEED);
        try (Decoder alone = Decoder.load(MODEL, target, options.withChunkTokens(32).withCacheTokens(64))) {
            while (POOL.size() < REQUESTS) {
                GenerationRequest request = request(random, alone.model().vocabSize());
                int[] ids = alone(alone, request);
                if (ids != null) {
                    POOL.add(request);
                    EXPECTED.add(ids);
                }
            }
        }
    }

    @AfterAll
    static void close() {
        DECODERS.forEach(Decoder::close);
    }

    /** Prompts of 1 to 28 tokens, some of which begin as others do or go on where they ended, and answers of 1 to 9. */
    private static GenerationRequest request(SplittableRandom random, int vocabulary) {
        int[] prompt = random.ints(random.nextInt(1, 29), 0, vocabulary).toArray();
        if (!POOL.isEmpty() && random.nextInt(2) == 0) {
            int chosen = POOL.size() - 1 - random.nextInt(Math.min(5, POOL.size()));
            int[] other = POOL.get(chosen).promptIds();
            if (random.nextBoolean()) {
                other = IntStream.concat(Arrays.stream(other), Arrays.stream(EXPECTED.get(chosen))).toArray();
            }
            System.arraycopy(other, 0, prompt, 0, Math.min(prompt.length, other.length));
        }
        SamplerConfig sampling = random.nextBoolean()
                ? SamplerConfig.greedy()
                : SamplerConfig.sampling(0.9, random.nextLong());
        return new GenerationRequest(prompt, random.nextInt(1, 10), sampling, List.of());
    }

    /** What a request gives alone, token by token; null where a choice is too close. */
    private static int[] alone(Decoder decoder, GenerationRequest request) {
        List<Integer> ids = new ArrayList<>();
        Sampler sampler = new Sampler(request.sampling());
        try (Sequence sequence = decoder.open()) {
            float[] logits = decoder.append(sequence, request.promptIds());
            while (true) {
                float[] sorted = logits.clone();
                Arrays.sort(sorted);
                if (sorted[sorted.length - 1] - sorted[sorted.length - 2] < MARGIN) {
                    return null;
                }
                int id = sampler.next(logits);
                ids.add(id);
                if (ids.size() == request.maxTokens() || decoder.model().eosTokenIds().contains(id)) {
                    return ids.stream().mapToInt(Integer::intValue).toArray();
                }
                logits = decoder.append(sequence, id);
            }
        }
    }

    /** A text of a schedule. */
    private record Submitted(Generation generation, int request, int cancelAfter) {
    }

    @Test
    void everySchedulesTextsAreThoseOfEachAlone() {
        int preempted = 0;
        int cancelled = 0;
        long hits = 0;
        long guessed = 0;
        for (int schedule = 0; schedule < SCHEDULES; schedule++) {
            SplittableRandom random = new SplittableRandom(SEED + 1 + schedule);
            Decoder decoder = DECODERS.get(random.nextInt(DECODERS.size()));
            SchedulerOptions options = SchedulerOptions.defaults().withRunning(random.nextInt(5))
                    .withSliceTokens(random.nextInt(4)).withKeptTexts(random.nextInt(4) > 0);
            if (random.nextBoolean()) {
                options = options.withSpeculation(Speculation.by(liar(random.split()), random.nextInt(1, 4)));
            }
            Scheduler scheduler = new Scheduler(decoder, null, options);
            List<Submitted> texts = new ArrayList<>();
            int count = random.nextInt(1, 9);
            int near = random.nextInt(POOL.size());
            for (int i = 0; i < count; i++) {
                texts.add(submit(scheduler, random, (near + random.nextInt(NEIGHBOURS)) % POOL.size()));
                for (int rounds = random.nextInt(6); rounds > 0; rounds--) {
                    scheduler.round();
                }
                if (random.nextInt(6) == 0) {
                    texts.get(random.nextInt(texts.size())).generation.cancel();
                }
            }
            scheduler.runUntilIdle();
            String name = "schedule " + schedule + " of seed " + SEED;
            assertEquals(0, scheduler.unfinished(), name);
            for (Submitted text : texts) {
                cancelled += check(decoder, text, name) ? 1 : 0;
                guessed += text.generation.drafts().accepted();
            }
            PrefixStatistics prefixes = scheduler.prefixes();
            assertEquals(prefixes.keptPages(), decoder.statistics().usedPages(), name);
            assertEquals(prefixes.keptTexts(), decoder.statistics().sequences(), name);
            assertTrue(options.keepsTexts() || prefixes.keptTexts() == 0, name);
            hits += prefixes.hits();
            preempted += scheduler.preemptions();
            scheduler.close();
            assertEquals(0, decoder.statistics().usedPages(), name);
            assertEquals(0, decoder.statistics().sequences(), name);
        }
        String counts = cancelled + " texts cancelled, " + preempted + " put back, " + hits
                + " began with rows of others, " + guessed + " tokens guessed";
        assertTrue(
                cancelled > SCHEDULES / 10 && preempted > SCHEDULES / 20 && hits > SCHEDULES / 2 && guessed > SCHEDULES,
                counts);
        System.out.println(SCHEDULES + " schedules, " + counts);
    }

    /** Guesses what comes, and now and then anything else, or less than it is asked for. */
    private static Drafter liar(SplittableRandom random) {
        return (text, most) -> {
            int request = POOL.indexOf(text.generation().request());
            int[] expected = EXPECTED.get(request);
            int answered = text.generation().length() - POOL.get(request).promptIds().length;
            return IntStream.range(answered, Math.min(expected.length, answered + random.nextInt(most + 1)))
                    .map(i -> random.nextInt(4) == 0 ? random.nextInt(5) : expected[i]).toArray();
        };
    }

    private static Submitted submit(Scheduler scheduler, SplittableRandom random, int request) {
        int cancelAfter = random.nextInt(5) == 0 ? random.nextInt(1, 4) : Integer.MAX_VALUE;
        Generation[] self = new Generation[1];
        int[] told = new int[1];
        self[0] = scheduler.submit(POOL.get(request), (id, piece) -> {
            assertEquals(EXPECTED.get(request)[told[0]++], id, "each token is told once, in order");
            if (told[0] == cancelAfter) {
                self[0].cancel();
            }
        });
        return new Submitted(self[0], request, cancelAfter);
    }

    /** Whether the text was cancelled before its end. */
    private static boolean check(Decoder decoder, Submitted text, String name) {
        assertTrue(text.generation.isDone(), name);
        int[] expected = EXPECTED.get(text.request);
        GenerationRequest request = POOL.get(text.request);
        if (request.promptIds().length > decoder.maxSequenceTokens()) {
            assertThrows(CacheException.class, text.generation::await);
            return false;
        }
        GenerationResult result = text.generation.await();
        if (result.reason() == FinishReason.CANCELLED) {
            assertArrayEquals(Arrays.copyOf(expected, result.ids().length), result.ids(), name);
            return true;
        }
        int most = Math.min(expected.length, decoder.maxSequenceTokens() - request.promptIds().length + 1);
        assertArrayEquals(Arrays.copyOf(expected, most), result.ids(), name);
        return false;
    }
}
