package org.tornadomla.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cache as it is meant, without slots or counters: a sequence is a list of tokens and a list of page objects, and
 * everything else is counted from those lists.
 */
final class CacheModel {

    /** A page; nothing but its identity matters. */
    static final class Page {
    }

    /** A sequence and the cache's own for it. */
    static final class Sequence {
        final CachedSequence real;
        final List<Integer> tokens = new ArrayList<>();
        List<Page> pages = new ArrayList<>();
        Pending pending;

        Sequence(CachedSequence real) {
            this.real = real;
        }
    }

    /** An open reservation's part in one sequence. */
    record Part(Sequence sequence, List<Integer> tokens, List<Page> pagesBefore, Page left) {
    }

    /** An open reservation. */
    static final class Pending {
        Reservation real;
        final List<Part> parts = new ArrayList<>();
        boolean written;
    }

    final CacheConfig config;
    final List<Sequence> sequences = new ArrayList<>();
    final List<Pending> pendings = new ArrayList<>();

    CacheModel(CacheConfig config) {
        this.config = config;
    }

    /** Holders of every page that has any. */
    Map<Page, Integer> holders() {
        Map<Page, Integer> holders = new IdentityHashMap<>();
        sequences.forEach(sequence -> sequence.pages.forEach(page -> holders.merge(page, 1, Integer::sum)));
        pendings.forEach(pending -> pending.parts.stream().filter(part -> part.left != null)
                .forEach(part -> holders.merge(part.left, 1, Integer::sum)));
        return holders;
    }

    int free() {
        return config.pages() - holders().size();
    }

    /** Builds what a reservation should do; the caller applies it only when the pool has {@link #needed} pages. */
    Pending plan(List<Sequence> batch, List<List<Integer>> tokens) {
        Pending pending = new Pending();
        Map<Page, Integer> left = new IdentityHashMap<>();
        Map<Page, Integer> furthest = new IdentityHashMap<>();
        for (int index = 0; index < batch.size(); index++) {
            Sequence sequence = batch.get(index);
            int rows = sequence.tokens.size() % config.pageTokens();
            Page leaves = null;
            if (rows > 0 && !tokens.get(index).isEmpty()) {
                Page last = sequence.pages.getLast();
                boolean alone = holders().get(last) - left.getOrDefault(last, 0) == 1;
                if (!alone || rows < furthest.getOrDefault(last, 0)) {
                    leaves = last;
                    left.merge(last, 1, Integer::sum);
                    furthest.merge(last, rows, Math::max);
                }
            }
            pending.parts.add(new Part(sequence, tokens.get(index), List.copyOf(sequence.pages), leaves));
        }
        return pending;
    }

    int needed(Pending pending) {
        int needed = 0;
        for (Part part : pending.parts) {
            int rows = part.sequence.tokens.size() + part.tokens.size();
            int pagesAfter = Math.ceilDiv(rows, config.pageTokens());
            needed += pagesAfter - part.pagesBefore.size() + (part.left == null ? 0 : 1);
        }
        return needed;
    }

    void apply(Pending pending) {
        for (Part part : pending.parts) {
            List<Page> pages = part.sequence.pages;
            if (part.left != null) {
                pages.set(pages.size() - 1, new Page());
            }
            int rows = part.sequence.tokens.size() + part.tokens.size();
            while (pages.size() * config.pageTokens() < rows) {
                pages.add(new Page());
            }
            part.sequence.pending = pending;
        }
        pendings.add(pending);
    }

    void settle(Pending pending, boolean commit) {
        for (Part part : pending.parts) {
            if (commit) {
                part.sequence.tokens.addAll(part.tokens);
            } else {
                part.sequence.pages = new ArrayList<>(part.pagesBefore);
            }
            part.sequence.pending = null;
        }
        pendings.remove(pending);
    }

    void truncate(Sequence sequence, int length) {
        sequence.tokens.subList(length, sequence.tokens.size()).clear();
        int pages = Math.ceilDiv(length, config.pageTokens());
        sequence.pages.subList(pages, sequence.pages.size()).clear();
    }

    /** Compares everything that the cache tells with the model, and every row on the device. */
    void requireEqual(LatentCache cache, SimulatedDevice device, String after) {
        Map<Page, Integer> holders = holders();
        CacheStatistics statistics = cache.statistics();
        assertEquals(sequences.size(), statistics.sequences(), after);
        assertEquals(sequences.stream().mapToLong(sequence -> sequence.tokens.size()).sum(), statistics.tokens(),
                after);
        assertEquals(free(), statistics.freePages(), after);
        assertEquals(holders.values().stream().filter(count -> count > 1).count(), statistics.sharedPages(), after);
        Map<Page, Integer> numbers = new IdentityHashMap<>();
        Map<Integer, Page> pages = new HashMap<>();
        for (Sequence sequence : sequences) {
            int length = sequence.tokens.size();
            assertEquals(length, cache.length(sequence.real), after);
            int reserved = sequence.pending == null
                    ? 0
                    : sequence.pending.parts.stream().filter(part -> part.sequence == sequence)
                            .mapToInt(part -> part.tokens.size()).sum();
            assertEquals(length + reserved, cache.reservedLength(sequence.real), after);
            int[] table = cache.blockTable(sequence.real);
            assertEquals(sequence.pages.size(), table.length, after);
            for (int block = 0; block < table.length; block++) {
                Page page = sequence.pages.get(block);
                assertEquals(table[block],
                        numbers.computeIfAbsent(page, any -> -1) == -1 ? table[block] : numbers.get(page),
                        () -> after + ": one page under two numbers");
                numbers.put(page, table[block]);
                Page other = pages.put(table[block], page);
                assertTrue(other == null || other == page, () -> after + ": two pages under one number");
            }
            requireRows(cache, device, sequence, after);
        }
    }

    private static void requireRows(LatentCache cache, SimulatedDevice device, Sequence sequence, String after) {
        // The rows of an own page that the device has not copied yet are the only ones that are not there.
        boolean awaitsCopy = sequence.pending != null && !sequence.pending.written
                && sequence.pending.parts.stream().anyMatch(part -> part.sequence == sequence && part.left != null);
        int rows = awaitsCopy
                ? sequence.tokens.size() / cache.config().pageTokens() * cache.config().pageTokens()
                : sequence.tokens.size();
        for (int position = 0; position < rows; position++) {
            int token = sequence.tokens.get(position);
            assertTrue(device.holds(cache.slot(sequence.real, position), token),
                    after + ": " + sequence.real + " lost the token at " + position);
        }
    }
}
