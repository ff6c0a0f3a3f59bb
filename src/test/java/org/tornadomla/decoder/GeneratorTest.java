package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.tokenizer.TextTokenizer;

/** How texts end, are interrupted and share a prompt. */
class GeneratorTest {

    private static final Path DIRECTORY = Path.of("models", "tiny-kjv");
    private static final String PROMPT = "Hear the word of the LORD,";
    private static final String ANSWER = " O ye remnant of Israel, and all that is therein";

    private static final int PAGE_TOKENS = 3;
    private static final int CACHE_TOKENS = 30;

    private static Decoder decoder;
    private static TextTokenizer tokenizer;
    private static Generator generator;
    private static int[] prompt;

    @BeforeAll
    static void load() {
        decoder = Decoder.load(DIRECTORY, TestTargets.list().getLast(),
                DecoderOptions.defaults().withBatch(2).withCacheTokens(CACHE_TOKENS).withPageTokens(PAGE_TOKENS));
        tokenizer = TextTokenizer.load(DIRECTORY);
        generator = new Generator(decoder, tokenizer);
        prompt = tokenizer.encode(PROMPT, true);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
        decoder.close();
    }

    @AfterEach
    void everyPageIsFreeAgain() {
        assertEquals(0, decoder.statistics().usedPages());
    }

    private static GenerationResult greedy(int tokens, String... stops) {
        return generator.run(generator.prepare(
                new GenerationRequest(prompt, tokens, SamplerConfig.greedy(), List.of(stops)), (id, text) -> {}));
    }

    @Test
    void endsAfterTheTokensAskedFor() {
        GenerationResult result = greedy(3);
        assertEquals(FinishReason.MAX_TOKENS, result.reason());
        assertEquals(3, result.ids().length);
        assertTrue(ANSWER.startsWith(result.text()), result.text());
    }

    @Test
    void endsBeforeAStopString() {
        GenerationResult result = greedy(12, "never", "of Isr");
        assertEquals(FinishReason.STOP_STRING, result.reason());
        assertEquals(" O ye remnant ", result.text());
    }

    @Test
    void endsWhenTheSequenceIsFull() {
        GenerationResult result = greedy(1000);
        assertEquals(FinishReason.SEQUENCE_FULL, result.reason());
        assertEquals(decoder.maxSequenceTokens(), prompt.length + result.ids().length - 1);
    }

    @Test
    void endsWithAnEndTokenThatIsNotText() {
        List<String> pieces = new ArrayList<>();
        Generation generation = generator.prepare(GenerationRequest.greedy(prompt, 10), (id, text) -> pieces.add(text));
        float[] logits = new float[decoder.model().vocabSize()];
        logits[decoder.model().eosTokenIds().getFirst()] = 1;
        generation.next(logits);
        assertTrue(generation.ended());
        generation.finish(FinishReason.CANCELLED);
        assertEquals(FinishReason.END_TOKEN, generation.await().reason());
        assertEquals("", generation.await().text());
        assertEquals(List.of(""), pieces);
    }

    @Test
    void anotherThreadCancelsAndTheNextRequestIsRight() throws Exception {
        CountDownLatch third = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        List<String> pieces = new ArrayList<>();
        Generation generation = generator.prepare(GenerationRequest.greedy(prompt, 12), (id, text) -> {
            pieces.add(text);
            if (pieces.size() == 3) {
                third.countDown();
                awaitUnchecked(cancelled);
            }
        });
        CompletableFuture<GenerationResult> running = CompletableFuture.supplyAsync(() -> generator.run(generation));
        assertTrue(third.await(60, TimeUnit.SECONDS));
        generation.cancel();
        cancelled.countDown();
        GenerationResult result = running.get(60, TimeUnit.SECONDS);
        assertEquals(FinishReason.CANCELLED, result.reason());
        assertEquals(3, result.ids().length);
        assertEquals(String.join("", pieces), result.text());
        assertTrue(ANSWER.startsWith(greedy(6).text()));
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void cancelledBeforeItBeginsMakesNoToken() {
        Generation generation = generator.prepare(GenerationRequest.greedy(prompt, 12), (id, text) -> {});
        generation.cancel();
        GenerationResult result = generator.run(generation);
        assertEquals(FinishReason.CANCELLED, result.reason());
        assertEquals(0, result.ids().length);
    }

    /** More texts than go together, on a prompt that ends within a page, so that each takes a copy of that page. */
    @Test
    void textsOfOnePromptShareItsPages() {
        assertTrue(prompt.length % PAGE_TOKENS != 0, "the prompt fills its pages");
        List<Integer> shared = new ArrayList<>();
        List<Generation> texts = new ArrayList<>();
        for (SamplerConfig sampling : List.of(SamplerConfig.sampling(1, 1), SamplerConfig.greedy(),
                SamplerConfig.sampling(1, 1))) {
            texts.add(generator.prepare(new GenerationRequest(prompt, 4, sampling, List.of()),
                    (id, text) -> shared.add(decoder.statistics().sharedPages())));
        }
        List<GenerationResult> results = generator.run(texts);
        assertEquals(Math.ceilDiv(prompt.length, PAGE_TOKENS), shared.getFirst(), "all pages of the prompt");
        assertEquals(prompt.length / PAGE_TOKENS, shared.getLast(), "its whole pages");
        assertArrayEquals(results.get(0).ids(), results.get(2).ids(), "the same seed, the same text");
        assertTrue(ANSWER.startsWith(results.get(1).text()), results.get(1).text());
    }

    @Test
    void aPromptThatIsTooLongIsRefused() {
        assertThrows(CacheException.class, () -> generator
                .run(generator.prepare(GenerationRequest.greedy(new int[CACHE_TOKENS + 1], 1), (id, text) -> {})));
    }

    @Test
    void requestsOutOfRangeAreNamed() {
        assertRefused("prompt", () -> GenerationRequest.greedy(new int[0], 1));
        assertRefused("max-tokens is 0", () -> GenerationRequest.greedy(prompt, 0));
        assertRefused("stop string", () -> new GenerationRequest(prompt, 1, SamplerConfig.greedy(), List.of("")));
    }

    private static void assertRefused(String words, Runnable action) {
        String message = assertThrows(ConfigurationException.class, action::run).getMessage();
        assertTrue(message.contains(words), message);
    }
}
