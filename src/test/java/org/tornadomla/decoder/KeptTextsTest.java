package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tornadomla.error.CacheFullException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.faults.Fault;
import org.tornadomla.faults.FaultyDevice;
import org.tornadomla.testing.Goldens;

/** Texts that ended serve those that begin as they did, until their pages are needed. */
@Timeout(300)
class KeptTextsTest {

    private static final Path MODEL = Goldens.folder("models").resolve("v2-lite-greedy");
    private static final int PAGE = 4;
    private static final int CHUNK = 8;
    private static final int CACHE = 96;

    private final FaultyDevice device = new FaultyDevice();
    private final Decoder decoder = Decoder.load(MODEL, device.target().withoutSelfTest(),
            DecoderOptions.defaults().withChunkTokens(CHUNK).withBatch(4).withCacheTokens(CACHE).withPageTokens(PAGE));

    @AfterEach
    void nothingIsLeft() {
        assertEquals(0, decoder.statistics().usedPages());
        assertEquals(0, decoder.statistics().sequences());
        decoder.close();
        device.close();
    }

    private Scheduler scheduler(boolean keeps) {
        return new Scheduler(decoder, null, SchedulerOptions.defaults().withKeptTexts(keeps));
    }

    private static int[] ids(int first, int count) {
        return IntStream.range(first, first + count).toArray();
    }

    private static Generation write(Scheduler scheduler, int[] prompt, int tokens) {
        Generation text = scheduler.submit(GenerationRequest.greedy(prompt, tokens), (id, piece) -> {});
        scheduler.runUntilIdle();
        return text;
    }

    private int[] alone(int[] prompt, int tokens) {
        try (Scheduler scheduler = scheduler(false)) {
            return write(scheduler, prompt, tokens).await().ids();
        }
    }

    private static int[] then(int[] first, int... more) {
        return IntStream.concat(IntStream.of(first), IntStream.of(more)).toArray();
    }

    /** A second turn computes what is new in it, and has the tokens that it has alone. */
    @Test
    void aSecondTurnComputesTheRest() {
        int[] prompt = ids(10, 40);
        try (Scheduler scheduler = scheduler(true)) {
            Generation first = write(scheduler, prompt, 5);
            assertEquals(0, first.cachedTokens());
            int[] second = then(then(prompt, first.await().ids()), 3, 4, 5);
            List<Integer> told = new ArrayList<>();
            Generation turn = scheduler.submit(GenerationRequest.greedy(second, 4), (id, piece) -> told.add(id));
            scheduler.round();
            assertEquals(1, told.size(), "four tokens that are new fit one round, 48 do not");
            scheduler.runUntilIdle();
            assertEquals(44, turn.cachedTokens(), "the last token of the first answer was never computed");
            PrefixStatistics prefixes = scheduler.prefixes();
            assertEquals(1, prefixes.hits());
            assertEquals(44, prefixes.tokens());
            assertEquals(1, prefixes.keptTexts(), "the second turn takes the place of the first");
            assertEquals(Math.ceilDiv(48 + 3, PAGE), prefixes.keptPages());
            scheduler.close();
            assertArrayEquals(alone(second, 4), turn.await().ids());
        }
    }

    @Test
    void aCommonBeginningIsEnough() {
        int[] common = ids(10, 20);
        int[] one = then(common, ids(50, 9));
        int[] two = then(common, ids(70, 9));
        int[] expected = alone(two, 2);
        try (Scheduler scheduler = scheduler(true)) {
            write(scheduler, one, 2);
            Generation second = write(scheduler, two, 2);
            assertEquals(20, second.cachedTokens());
            assertArrayEquals(expected, second.await().ids());
            assertEquals(2, scheduler.prefixes().keptTexts());
            Generation again = write(scheduler, one, 2);
            assertEquals(one.length - 1, again.cachedTokens(), "a token is computed to choose the next by");
            assertEquals(2, scheduler.prefixes().keptTexts(), "the same text is kept once");
            assertEquals(0, write(scheduler, then(ids(10, PAGE - 1), 99, 98), 1).cachedTokens(), "less than a page");
        }
    }

    @Test
    void theOneThatWasOfNoUseForLongestGoesFirst() {
        int[] a = ids(1, 28);
        int[] b = ids(40, 28);
        int[] c = ids(80, 28);
        try (Scheduler scheduler = scheduler(true)) {
            write(scheduler, a, 1);
            write(scheduler, b, 1);
            write(scheduler, a, 1);
            write(scheduler, c, 1);
            assertEquals(3, scheduler.prefixes().keptTexts());
            write(scheduler, ids(120, 20), 1);
            assertEquals(3, scheduler.prefixes().keptTexts(), "one made room");
            assertEquals(27, write(scheduler, a, 1).cachedTokens());
            assertEquals(27, write(scheduler, c, 1).cachedTokens());
            assertEquals(0, write(scheduler, b, 1).cachedTokens());
        }
    }

    /** A text as large as the cache has all of it, and texts that grow take pages before anybody is put back. */
    @Test
    void runningTextsNeedThePagesMore() {
        try (Scheduler scheduler = scheduler(true)) {
            write(scheduler, ids(1, 40), 2);
            write(scheduler, ids(50, 40), 2);
            assertEquals(60, write(scheduler, ids(100, 36), 60).await().ids().length);
            assertEquals(0, scheduler.preemptions());
            assertEquals(1, scheduler.prefixes().keptTexts());
        }
    }

    @Test
    void othersFindTheCacheAsItIsLeft() {
        try (Scheduler scheduler = scheduler(true); Sequence other = decoder.open()) {
            write(scheduler, ids(1, 40), 2);
            assertThrows(CacheFullException.class, () -> decoder.append(other, ids(50, 60)));
            decoder.append(other, ids(50, 40));
        }
    }

    @Test
    void nothingIsKeptOfADeviceThatFailed() {
        int[] prompt = ids(1, 30);
        int[] expected = alone(prompt, 3);
        try (Scheduler scheduler = scheduler(true)) {
            write(scheduler, prompt, 3);
            device.arm(Fault.at(Fault.Kind.LOST, 3));
            assertThrows(DeviceException.class, write(scheduler, ids(60, 9), 2)::await);
            device.lift();
            assertEquals(0, scheduler.prefixes().keptTexts());
            Generation again = write(scheduler, prompt, 3);
            assertEquals(0, again.cachedTokens());
            assertArrayEquals(expected, again.await().ids());
        }
    }

    /** Somebody else sees the device fail; the scheduler notices where it finds rows lost. */
    @Test
    void nothingIsKeptOfADeviceThatFailedElsewhere() {
        int[] prompt = ids(1, 30);
        int[] expected = alone(prompt, 3);
        try (Scheduler scheduler = scheduler(true); Sequence other = decoder.open()) {
            write(scheduler, prompt, 3);
            device.arm(Fault.at(Fault.Kind.LOST, 3));
            assertThrows(DeviceException.class, () -> decoder.append(other, ids(60, 9)));
            device.lift();
            Generation again = write(scheduler, prompt, 3);
            assertEquals(0, again.cachedTokens());
            assertArrayEquals(expected, again.await().ids());
            assertTrue(scheduler.prefixes().keptTexts() == 1);
        }
    }
}
