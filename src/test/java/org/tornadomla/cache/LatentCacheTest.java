package org.tornadomla.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

import org.tornadomla.error.CacheException;

/** What each operation does, one at a time, and what it says when it refuses. */
class LatentCacheTest {

    private static final RowLayout LAYOUT = new RowLayout(3, 2);

    private final LatentCache cache = cache(4, 8);

    private static LatentCache cache(int pageTokens, int pages) {
        return new LatentCache(
                CacheConfig.builder(2, LAYOUT).pageTokens(pageTokens).pages(pages).multiHeadFloatsPerToken(40).build());
    }

    private static void append(LatentCache cache, CachedSequence sequence, int tokens) {
        try (Reservation reservation = cache.reserve(sequence, tokens)) {
            reservation.commit();
        }
    }

    private static void refused(Executable operation, String... parts) {
        String message = assertThrows(CacheException.class, operation).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "'" + message + "' does not say '" + part + "'");
        }
    }

    @Test
    void slotsFollowTheBlockTable() {
        CachedSequence first = cache.open();
        CachedSequence second = cache.open();
        append(cache, first, 3);
        append(cache, second, 5);
        append(cache, first, 3);
        assertArrayEquals(new int[]{0, 3}, cache.blockTable(first));
        assertArrayEquals(new int[]{1, 2}, cache.blockTable(second));
        assertEquals(3 * 4 + 1, cache.slot(first, 5));
        assertEquals(2 * 4, cache.slot(second, 4));
    }

    /** Rows that a device had are gone with it; what had no rows goes on, and pages come back with their sequences. */
    @Test
    void sequencesWithRowsAreLostWithTheirDevice() {
        CachedSequence written = cache.open();
        CachedSequence empty = cache.open();
        append(cache, written, 3);
        cache.forgetDeviceRows();
        refused(() -> append(cache, written, 1), "was lost with the memory of the device that failed");
        refused(() -> cache.fork(written), "was lost");
        append(cache, empty, 2);
        assertEquals(2, empty.length());
        cache.close(written);
        assertEquals(1, cache.statistics().usedPages(), "only those of the sequence that goes on");
        cache.close();
        refused(cache::forgetDeviceRows, "closed");
    }

    /** What was reserved goes back, and the page that a fork would have left is shared as before. */
    @Test
    void aCancelledForkIsAsItWas() {
        CachedSequence original = cache.open();
        append(cache, original, 6);
        CachedSequence fork = cache.fork(original);
        int[] before = cache.blockTable(fork);
        cache.reserve(fork, 7).cancel();
        assertArrayEquals(before, cache.blockTable(fork));
        assertEquals(2, cache.statistics().usedPages());
        assertEquals(2, cache.statistics().sharedPages());
        cache.close(fork);
        assertEquals(0, cache.statistics().sharedPages());
    }

    @Test
    void asManyTokensAreKeptAsThereAre() {
        CachedSequence sequence = cache.open();
        append(cache, sequence, 5);
        cache.truncate(sequence, 5);
        assertEquals(5, sequence.length());
        cache.truncate(sequence, 0);
        assertEquals(0, sequence.length());
        assertEquals(0, cache.statistics().usedPages());
        refused(() -> cache.truncate(sequence, 1), "is 1, allowed are 0 to 0");
        append(cache, sequence, 5);
        cache.close(sequence);
        refused(sequence::length, "closed");
        refused(() -> cache.rows(sequence, 0), "closed");
        assertEquals(0, cache.statistics().sequences());
    }

    @Test
    void aBlockTableFillsAnArrayToItsEnds() {
        CachedSequence sequence = cache.open();
        append(cache, sequence, 5);
        IntArray target = IntArray.fromElements(9, 9, 9);
        assertEquals(2, cache.writeBlockTable(sequence, target, 1));
        assertArrayEquals(new int[]{9, 0, 1}, target.toHeapArray());
        assertEquals(2, cache.writeBlockTable(sequence, target, 0));
        refused(() -> cache.writeBlockTable(sequence, target, 2), "is 2, allowed are 0 to 1 for 2 entries");
        refused(() -> cache.writeBlockTable(sequence, target, -1), "is -1");
        cache.close(sequence);
        refused(() -> cache.writeBlockTable(sequence, target, 0), "closed");
    }

    @Test
    void aReservationCoversNewPositionsButNotTheLength() {
        CachedSequence sequence = cache.open();
        append(cache, sequence, 3);
        Reservation reservation = cache.reserve(sequence, 4);
        assertEquals(3, sequence.length());
        assertEquals(7, cache.reservedLength(sequence));
        assertEquals(4 + 2, cache.slot(sequence, 6));
        reservation.cancel();
        assertEquals(3, cache.reservedLength(sequence));
        assertArrayEquals(new int[]{0}, cache.blockTable(sequence));
        refused(reservation::commit, "CANCELLED", "open");
    }

    @Test
    void leavingTheBlockWithoutCommitCancels() {
        CachedSequence sequence = cache.open();
        assertThrows(IllegalStateException.class, () -> {
            try (Reservation reservation = cache.reserve(sequence, 5)) {
                throw new IllegalStateException("the launch failed, " + reservation.appends());
            }
        });
        assertEquals(0, sequence.length());
        assertEquals(8, cache.statistics().freePages());
    }

    @Test
    void aForkSharesAllPagesUntilOneSideAppends() {
        CachedSequence original = cache.open();
        append(cache, original, 6);
        CachedSequence fork = cache.fork(original);
        assertEquals(2, cache.statistics().usedPages());
        assertEquals(2, cache.statistics().sharedPages());
        try (Reservation reservation = cache.reserve(fork, 1)) {
            assertEquals(List.of(new RowCopy(4, 8, 2)), reservation.copies());
            reservation.commit();
        }
        assertArrayEquals(new int[]{0, 2}, cache.blockTable(fork));
        assertEquals(1, cache.statistics().sharedPages());
        try (Reservation reservation = cache.reserve(original, 1)) {
            assertEquals(List.of(), reservation.copies(), "the last holder appends in place");
            reservation.commit();
        }
        assertArrayEquals(new int[]{0, 1}, cache.blockTable(original));
    }

    @Test
    void ofABatchThatSharesAPageOneStays() {
        CachedSequence original = cache.open();
        append(cache, original, 2);
        CachedSequence fork = cache.fork(original);
        try (Reservation reservation = cache.reserve(List.of(new Append(original, 1), new Append(fork, 1)))) {
            assertEquals(1, reservation.copies().size());
            reservation.commit();
        }
        assertEquals(2, cache.statistics().usedPages());
        assertEquals(0, cache.statistics().sharedPages());
    }

    /** In place behind row 1, the shorter one would overwrite row 1 while the longer one's copy reads it. */
    @Test
    void ofABatchThatSharesAPageTheShorterOneDoesNotStay() {
        CachedSequence original = cache.open();
        append(cache, original, 3);
        CachedSequence shorter = cache.fork(original);
        cache.truncate(shorter, 1);
        try (Reservation reservation = cache.reserve(List.of(new Append(original, 1), new Append(shorter, 1)))) {
            assertEquals(List.of(new RowCopy(0, 4, 3), new RowCopy(0, 8, 1)), reservation.copies());
            reservation.commit();
        }
        assertEquals(2, cache.statistics().usedPages(), "the page that both left is free");
    }

    @Test
    void truncatedIntoASharedPageTheNextAppendCopies() {
        CachedSequence original = cache.open();
        append(cache, original, 8);
        CachedSequence fork = cache.fork(original);
        cache.truncate(fork, 3);
        try (Reservation reservation = cache.reserve(fork, 1)) {
            assertEquals(List.of(new RowCopy(0, 8, 3)), reservation.copies());
            reservation.commit();
        }
    }

    @Test
    void aFullPoolNamesNeedFreeAndBudgetAndChangesNothing() {
        CachedSequence sequence = cache.open();
        append(cache, sequence, 25);
        CachedSequence other = cache.open();
        List<Append> batch = List.of(new Append(sequence, 3), new Append(other, 5));
        long page = cache.config().pageBytes();
        refused(() -> cache.reserve(batch), "8 tokens", "2 pages (" + 2 * page + " bytes)",
                "1 page (" + page + " bytes)", "8 pages (" + 8 * page + " bytes)");
        assertEquals(1, cache.statistics().freePages());
        assertEquals(25, cache.reservedLength(sequence));
        append(cache, other, 4);
    }

    @Test
    void statisticsCountBytes() {
        CachedSequence sequence = cache.open();
        append(cache, sequence, 5);
        cache.fork(sequence);
        // Two layers of rows of 16 + 16 floats; 40 floats a token and layer for plain multi-head attention.
        assertEquals(new CacheStatistics(2, 10, 8, 2, 2, 256, 2 * 4 * 256, 8 * 4 * 256, 10 * 2 * 40 * 4),
                cache.statistics());
    }

    @Test
    void blockTablesGoIntoAnArrayOfTheDevice() {
        CachedSequence sequence = cache.open();
        append(cache, sequence, 9);
        IntArray target = new IntArray(5);
        target.init(-1);
        assertEquals(3, cache.writeBlockTable(sequence, target, 1));
        assertArrayEquals(new int[]{-1, 0, 1, 2, -1}, target.toHeapArray());
        refused(() -> cache.writeBlockTable(sequence, target, 3), "offset", "3", "0 to 2");
        refused(() -> cache.writeBlockTable(sequence, target, -1), "offset", "-1", "0 to 2");
    }

    @Test
    void misuseIsRefusedWithGivenAndAllowed() {
        CachedSequence sequence = cache.open();
        append(cache, sequence, 5);
        refused(() -> cache.reserve(sequence, -2), "-2", "0 or more");
        refused(() -> cache.reserve(sequence, 28), "28", "maxSequenceTokens", "27");
        refused(() -> cache.reserve(sequence, Integer.MAX_VALUE), "maxSequenceTokens", "27");
        refused(() -> cache.truncate(sequence, 6), "6", "0 to 5");
        refused(() -> cache.truncate(sequence, -1), "-1", "0 to 5");
        refused(() -> cache.slot(sequence, 5), "5", "0 to 4");
        refused(() -> cache.slot(sequence, -1), "-1", "0 to 4");
        refused(() -> cache.slot(cache.open(), 0), "empty");
        refused(() -> cache.pool(2), "layer", "2", "0 to 1");
        refused(() -> cache.rows(sequence, -1), "layer", "-1", "0 to 1");
        refused(() -> cache.reserve(List.of(new Append(sequence, 1), new Append(sequence, 1))), "twice");
        assertEquals(5, sequence.length());
        assertEquals(2, cache.statistics().usedPages());
    }

    @Test
    void anOpenReservationHoldsItsSequence() {
        CachedSequence sequence = cache.open();
        Reservation reservation = cache.reserve(sequence, 2);
        refused(() -> cache.reserve(sequence, 1), "open reservation", "commit or cancel");
        refused(() -> cache.fork(sequence), "open reservation");
        refused(() -> cache.truncate(sequence, 0), "open reservation");
        refused(sequence::close, "open reservation");
        reservation.commit();
        refused(reservation::commit, "COMMITTED");
        refused(reservation::cancel, "committed", "truncate");
        reservation.close();
        assertEquals(2, sequence.length());
    }

    @Test
    void foreignAndClosedSequencesAreRefused() {
        CachedSequence foreign = cache(4, 1).open();
        refused(() -> cache.length(foreign), "another cache");
        refused(() -> cache.close(foreign), "another cache");
        refused(() -> cache.reserve(foreign, 1), "another cache");
        CachedSequence sequence = cache.open();
        sequence.close();
        sequence.close();
        refused(sequence::length, "is closed");
        refused(() -> cache.fork(sequence), "is closed");
        refused(() -> cache.reserve(sequence, 0), "is closed");
        refused(() -> cache.blockTable(sequence), "is closed");
    }

    @Test
    void aClosedCacheRefusesEverythingButClosing() {
        CachedSequence sequence = cache.open();
        Reservation reservation = cache.reserve(sequence, 2);
        cache.close();
        cache.close();
        sequence.close();
        reservation.cancel();
        reservation.close();
        refused(reservation::commit, "cache is closed");
        refused(cache::open, "cache is closed");
        refused(cache::statistics, "cache is closed");
        refused(sequence::length, "cache is closed");
        refused(() -> cache.pool(0), "cache is closed");
        refused(() -> cache.attach(new NoDevice()), "cache is closed");
    }

    @Test
    void onlyOneOwnerOfTheDeviceRows() {
        NoDevice first = new NoDevice();
        cache.attach(first);
        cache.attach(first);
        refused(() -> cache.attach(new NoDevice()), "one at a time");
        cache.detach(first);
        assertEquals(0, first.downloads, "an empty cache has nothing to bring");
        cache.attach(new NoDevice());
    }

    @Test
    void detachingBringsTheRowsToTheHost() {
        SimulatedDevice device = new SimulatedDevice(cache);
        CachedSequence sequence = cache.open();
        try (Reservation reservation = cache.reserve(sequence, 2)) {
            device.write(sequence, 0, List.of(7, 8));
            reservation.commit();
        }
        float[] expected = {29, 29, 29, 29, 29, 33, 33, 33, 33, 33};
        assertArrayEquals(expected, cache.rows(sequence, 1));
        cache.detach(device);
        device.write(sequence, 0, List.of(1, 1));
        assertArrayEquals(expected, cache.rows(sequence, 1));
    }

    @Test
    void shuffledPagesAreNotInOrderAndTheSameForASeed() {
        int[] once = shuffledTable(5);
        assertArrayEquals(once, shuffledTable(5));
        assertNotEquals(IntStream.range(0, 40).boxed().toList(), IntStream.of(once).boxed().toList());
        assertEquals(40, IntStream.of(once).distinct().count());
    }

    private static int[] shuffledTable(long seed) {
        LatentCache shuffled = new LatentCache(
                CacheConfig.builder(1, LAYOUT).pageTokens(1).pages(40).pageOrder(PageOrder.shuffled(seed)).build());
        CachedSequence sequence = shuffled.open();
        append(shuffled, sequence, 40);
        return shuffled.blockTable(sequence);
    }

    @Test
    void severalThreadsMayEachHaveTheirSequences() throws Exception {
        LatentCache shared = cache(2, 64);
        List<Callable<Integer>> workers = new ArrayList<>();
        for (int worker = 0; worker < 4; worker++) {
            workers.add(() -> {
                for (int round = 0; round < 500; round++) {
                    CachedSequence sequence = shared.open();
                    append(shared, sequence, 5);
                    CachedSequence fork = shared.fork(sequence);
                    append(shared, fork, 1);
                    shared.truncate(sequence, 1);
                    assertEquals(6, fork.length());
                    sequence.close();
                    fork.close();
                }
                return 0;
            });
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            for (Future<Integer> done : pool.invokeAll(workers)) {
                done.get();
            }
        }
        assertEquals(new CacheStatistics(0, 0, 64, 0, 0, 256, 0, 64 * 2 * 256, 0), shared.statistics());
    }

    private static final class NoDevice implements DevicePool {

        private int downloads;

        @Override
        public void download() {
            downloads++;
        }

        @Override
        public void invalidate() {
            throw new AssertionError("nothing was restored");
        }
    }
}
