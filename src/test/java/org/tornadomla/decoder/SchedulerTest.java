package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.CacheFullException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.MlaException;
import org.tornadomla.error.QueueFullException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;

/** Who waits for whom, who fails with whom, and how it ends. */
@Timeout(300)
class SchedulerTest {

    private static final Path MODEL = Goldens.folder("models").resolve("v2-lite-greedy");
    private static final int CHUNK = 8;
    private static final int CACHE = 96;

    private static Decoder decoder;

    @BeforeAll
    static void load() {
        decoder = Decoder.load(MODEL, TestTargets.list().getFirst().withoutSelfTest(),
                DecoderOptions.defaults().withChunkTokens(CHUNK).withBatch(4).withCacheTokens(CACHE).withPageTokens(4));
    }

    @AfterAll
    static void close() {
        decoder.close();
    }

    @AfterEach
    void everyPageIsFreeAgain() {
        assertEquals(0, decoder.statistics().usedPages());
        assertEquals(0, decoder.statistics().sequences());
    }

    private static Scheduler scheduler() {
        return new Scheduler(decoder, null, SchedulerOptions.defaults());
    }

    private static GenerationRequest request(int first, int prompt, int tokens) {
        return GenerationRequest.greedy(IntStream.range(first, first + prompt).toArray(), tokens);
    }

    private static int[] alone(GenerationRequest request) {
        try (Scheduler scheduler = scheduler()) {
            Generation text = scheduler.submit(request, (id, piece) -> {});
            scheduler.runUntilIdle();
            return text.await().ids();
        }
    }

    /** A prompt of eight rounds comes while a text is being written, which has a token in each of them. */
    @Test
    void noRunningTextWaitsForAPrompt() {
        try (Scheduler scheduler = scheduler()) {
            AtomicInteger short1 = new AtomicInteger();
            AtomicInteger long1 = new AtomicInteger();
            Generation running = scheduler.submit(request(1, 3, 24), (id, piece) -> short1.incrementAndGet());
            scheduler.round();
            assertEquals(1, short1.get());
            Generation prompt = scheduler.submit(request(20, 56, 2), (id, piece) -> long1.incrementAndGet());
            int rounds = 0;
            while (long1.get() == 0) {
                scheduler.round();
                assertEquals(1 + ++rounds, short1.get(), "a token a round");
            }
            assertEquals(56 / (CHUNK - 1), rounds, "the prompt fills what room is left");
            scheduler.runUntilIdle();
            assertArrayEquals(alone(running.request()), running.await().ids());
            assertArrayEquals(alone(prompt.request()), prompt.await().ids());
        }
    }

    @Test
    void partsOfPromptsAreAsSmallAsAskedFor() {
        AtomicInteger tokens = new AtomicInteger();
        try (Scheduler scheduler = new Scheduler(decoder, null, SchedulerOptions.defaults().withSliceTokens(2))) {
            scheduler.submit(request(1, 12, 1), (id, piece) -> tokens.incrementAndGet());
            for (int round = 0; round < 5; round++) {
                scheduler.round();
            }
            assertEquals(0, tokens.get(), "ten of twelve tokens");
            scheduler.round();
            assertEquals(1, tokens.get());
        }
    }

    /** Two texts that do not fit together: the older goes on, the younger starts again and ends the same. */
    @Test
    void theYoungestIsPutBackWhenTheCacheIsFull() {
        GenerationRequest first = request(1, 30, 40);
        GenerationRequest second = request(50, 30, 40);
        List<String> order = new ArrayList<>();
        try (Scheduler scheduler = scheduler()) {
            Generation a = scheduler.submit(first, (id, piece) -> order.add("a"));
            Generation b = scheduler.submit(second, (id, piece) -> order.add("b"));
            scheduler.runUntilIdle();
            assertTrue(scheduler.preemptions() > 0, "140 tokens do not fit " + CACHE);
            assertTrue(order.lastIndexOf("a") < order.lastIndexOf("b"), "the older ends first");
            assertArrayEquals(alone(first), a.await().ids());
            assertArrayEquals(alone(second), b.await().ids());
            assertEquals(a.await().ids().length + b.await().ids().length, order.size(), "no token is told twice");
        }
    }

    /** Pages that are not the scheduler's are no reason to wait for ever. */
    @Test
    void aTextThatHasNoRoomAloneFails() {
        try (Scheduler scheduler = scheduler(); Sequence others = decoder.open()) {
            decoder.append(others, new int[CACHE - 8]);
            Generation text = scheduler.submit(request(1, 6, 20), (id, piece) -> {});
            Generation next = scheduler.submit(request(1, 2, 2), (id, piece) -> {});
            scheduler.runUntilIdle();
            assertThrows(CacheFullException.class, text::await);
            assertEquals(2, next.await().ids().length, "the next one is small enough");
        }
    }

    @Test
    void failuresAreATextsOwn() {
        IllegalStateException thrown = new IllegalStateException("the reader went away");
        try (Scheduler scheduler = scheduler()) {
            Generation good = scheduler.submit(request(1, 5, 6), (id, piece) -> {});
            Generation reader = scheduler.submit(request(30, 5, 6), (id, piece) -> {
                throw thrown;
            });
            Generation longer = scheduler.submit(request(0, CACHE + 1, 6), (id, piece) -> {});
            scheduler.runUntilIdle();
            assertSame(thrown, assertThrows(IllegalStateException.class, reader::await));
            assertTrue(assertThrows(CacheException.class, longer::await).getMessage().contains("97"));
            assertArrayEquals(alone(good.request()), good.await().ids());
        }
    }

    @Test
    void anIdOutsideTheVocabularyIsRefusedAtOnce() {
        GenerationRequest unknown = GenerationRequest.greedy(new int[]{1, 1_000_000}, 6);
        try (Scheduler scheduler = scheduler()) {
            String message = assertThrows(ShapeException.class, () -> scheduler.submit(unknown, (id, piece) -> {}))
                    .getMessage();
            assertTrue(message.contains("1000000"), message);
        }
    }

    @Test
    void textsThatBeginAlikeShareTheirPages() {
        GenerationRequest first = request(1, 24, 12);
        int[] longer = IntStream.concat(IntStream.range(1, 22), IntStream.of(90, 91, 92)).toArray();
        try (Scheduler scheduler = scheduler()) {
            Generation a = scheduler.submit(first, (id, piece) -> {});
            for (int round = 0; round < 4; round++) {
                scheduler.round();
            }
            Generation b = scheduler.submit(GenerationRequest.greedy(longer, 6), (id, piece) -> {});
            scheduler.round();
            assertEquals(5, decoder.statistics().sharedPages(), "21 tokens are alike, 20 fill pages");
            scheduler.runUntilIdle();
            assertArrayEquals(alone(first), a.await().ids());
            assertArrayEquals(alone(b.request()), b.await().ids());
        }
    }

    @Test
    void aQueueHasAnEnd() {
        try (Scheduler scheduler = new Scheduler(decoder, null, SchedulerOptions.defaults().withWaiting(2))) {
            scheduler.submit(request(1, 2, 2), (id, piece) -> {});
            scheduler.submit(request(1, 3, 2), (id, piece) -> {});
            String refused = assertThrows(QueueFullException.class,
                    () -> scheduler.submit(request(1, 4, 2), (id, piece) -> {})).getMessage();
            assertTrue(refused.contains("2 requests wait already"), refused);
            scheduler.runUntilIdle();
            scheduler.submit(request(1, 4, 2), (id, piece) -> {});
            scheduler.drain();
            assertEquals(0, scheduler.unfinished());
        }
    }

    @Test
    void itsOwnThreadWritesWhatManyThreadsSubmit() throws Exception {
        List<GenerationRequest> requests = IntStream.range(0, 12).mapToObj(i -> request(i, 3 + i, 5)).toList();
        List<int[]> expected = requests.stream().map(SchedulerTest::alone).toList();
        try (Scheduler scheduler = scheduler()) {
            scheduler.start();
            List<Thread> threads = new ArrayList<>();
            List<String> wrong = new ArrayList<>();
            for (int i = 0; i < requests.size(); i++) {
                int number = i;
                threads.add(Thread.ofPlatform().start(() -> {
                    int[] ids = scheduler.submit(requests.get(number), (id, piece) -> {}).await().ids();
                    if (!Arrays.equals(expected.get(number), ids)) {
                        synchronized (wrong) {
                            wrong.add("request " + number);
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), wrong);
            scheduler.drain();
            assertEquals(0, scheduler.unfinished());
        }
    }

    /** Closing ends the texts that run and those that wait, from outside as well as from a listener. */
    @Test
    void closingCancelsAndWaits() throws Exception {
        for (boolean inside : new boolean[]{false, true}) {
            Scheduler scheduler = scheduler();
            CountDownLatch begun = new CountDownLatch(1);
            List<Generation> texts = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                texts.add(scheduler.submit(request(i, 3, 60), (id, piece) -> {
                    begun.countDown();
                    if (inside) {
                        scheduler.close();
                    }
                }));
            }
            scheduler.start();
            assertTrue(begun.await(60, TimeUnit.SECONDS));
            scheduler.close();
            for (Generation text : texts) {
                assertEquals(FinishReason.CANCELLED, text.await().reason());
            }
            assertTrue(assertThrows(MlaException.class, () -> scheduler.submit(request(1, 2, 2), (id, piece) -> {}))
                    .getMessage().contains("closed"));
            scheduler.close();
        }
    }

    @Test
    void optionsOutOfRangeAreNamed() {
        SchedulerOptions options = SchedulerOptions.defaults();
        for (Runnable call : List.<Runnable>of(() -> options.withRunning(-1), () -> options.withWaiting(0),
                () -> options.withSliceTokens(-1))) {
            assertThrows(ConfigurationException.class, call::run);
        }
        assertFalse(assertThrows(ConfigurationException.class,
                () -> scheduler().submit(new GenerationRequest(new int[]{1}, 1, SamplerConfig.greedy(), List.of("x")),
                        (id, piece) -> {}))
                .getMessage().isEmpty());
    }
}
