package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tornadomla.backend.Targets;
import org.tornadomla.error.CacheFullException;
import org.tornadomla.testing.TestTargets;

/** Texts that ended serve those that begin as they did, until their pages are needed. */
class KeptTextsTest extends KeptTextsModel {

    KeptTextsTest() {
        super(Targets.choose(TestTargets.ENGINE, null));
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
}
