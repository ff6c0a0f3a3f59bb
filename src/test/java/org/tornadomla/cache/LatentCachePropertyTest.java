package org.tornadomla.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.cache.CacheModel.Part;
import org.tornadomla.cache.CacheModel.Pending;
import org.tornadomla.cache.CacheModel.Sequence;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.CacheFullException;

/**
 * Drives the cache and a plain list model with the same random operations and compares all of both after each one. Rows
 * that nobody holds are NaN on the device, and so are those of an own page behind its last token.
 */
class LatentCachePropertyTest {

    private static final int OPERATIONS = 10_000;
    private static final int MOST_SEQUENCES = 7;

    @TempDir
    private Path folder;

    private SplittableRandom random;
    private CacheConfig config;
    private LatentCache cache;
    private SimulatedDevice device;
    private CacheModel model;
    private int nextToken;
    private List<Integer> written;
    private final Deque<String> history = new ArrayDeque<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    @ParameterizedTest(name = "{0} tokens a page, {1} pages, shuffled {2}")
    @CsvSource({"1, 60, true", "2, 30, true", "16, 9, true", "64, 6, true", "16, 9, false"})
    void everyOperationAgreesWithThePlainModel(int pageTokens, int pages, boolean shuffled) {
        random = new SplittableRandom(pageTokens * 2L + (shuffled ? 1 : 0));
        config = CacheConfig.builder(2, new RowLayout(3, 2)).pageTokens(pageTokens).pages(pages)
                .maxSequenceTokens(pageTokens * pages * 3 / 4)
                .pageOrder(shuffled ? PageOrder.shuffled(99) : PageOrder.NATURAL).build();
        cache = new LatentCache(config);
        device = new SimulatedDevice(cache);
        model = new CacheModel(config);
        for (int operation = 0; operation < OPERATIONS; operation++) {
            String done = operate();
            counts.merge(done.split(" ")[0], 1, Integer::sum);
            history.add(done);
            if (history.size() > 12) {
                history.removeFirst();
            }
            poisonUnusedRows();
            model.requireEqual(cache, device, "after " + history);
        }
        for (String kind : List.of("open", "fork", "truncate", "close", "commit", "cancel", "full", "misuse",
                "snapshot", "restore")) {
            assertTrue(counts.getOrDefault(kind, 0) >= 40, () -> kind + " is hardly tested: " + counts);
        }
    }

    private String operate() {
        int dice = random.nextInt(100);
        if (dice < 10 || model.sequences.isEmpty()) {
            return open();
        } else if (dice < 35) {
            return reserve();
        } else if (dice < 64) {
            return settle();
        } else if (dice < 72) {
            return fork();
        } else if (dice < 82) {
            return truncate();
        } else if (dice < 88) {
            return close();
        } else if (dice < 90) {
            return snapshot();
        } else if (dice < 93) {
            return restore();
        }
        return misuse();
    }

    private String open() {
        if (model.sequences.size() >= MOST_SEQUENCES) {
            return close();
        }
        model.sequences.add(new Sequence(cache.open()));
        return "open";
    }

    private String reserve() {
        List<Sequence> batch = new ArrayList<>();
        List<List<Integer>> tokens = new ArrayList<>();
        for (Sequence sequence : model.sequences) {
            int room = config.maxSequenceTokens() - sequence.tokens.size();
            if (sequence.pending == null && random.nextInt(3) == 0) {
                int count = Math.min(room, random.nextInt(random.nextInt(5) == 0 ? 2 * config.pageTokens() + 9 : 4));
                batch.add(sequence);
                tokens.add(IntStream.range(0, count).map(any -> nextToken++).boxed().toList());
            }
        }
        if (batch.isEmpty()) {
            return settle();
        }
        Pending pending = model.plan(batch, tokens);
        List<Append> appends = pending.parts.stream()
                .map(part -> new Append(part.sequence().real, part.tokens().size())).toList();
        int needed = model.needed(pending);
        if (needed > model.free()) {
            CacheFullException full = assertThrows(CacheFullException.class, () -> cache.reserve(appends));
            assertEquals(needed, full.neededPages());
            assertEquals(model.free(), full.freePages());
            return "full " + appends;
        }
        pending.real = cache.reserve(appends);
        assertEquals(pending.parts.stream().filter(part -> part.left() != null).count(), pending.real.copies().size());
        model.apply(pending);
        if (random.nextBoolean()) {
            write(pending);
        }
        return "reserve " + appends;
    }

    private void write(Pending pending) {
        device.copy(pending.real.copies());
        for (Part part : pending.parts) {
            device.write(part.sequence().real, part.sequence().tokens.size(), part.tokens());
        }
        pending.written = true;
    }

    private String settle() {
        if (model.pendings.isEmpty()) {
            return "nothing to settle";
        }
        Pending pending = model.pendings.get(random.nextInt(model.pendings.size()));
        boolean commit = random.nextInt(4) > 0;
        if (commit) {
            if (!pending.written) {
                write(pending);
            }
            pending.real.commit();
        } else {
            pending.real.cancel();
            pending.real.cancel();
        }
        pending.real.close();
        model.settle(pending, commit);
        return commit ? "commit" : "cancel";
    }

    private String fork() {
        Sequence sequence = any();
        if (model.sequences.size() >= MOST_SEQUENCES) {
            return close();
        } else if (sequence.pending != null) {
            assertThrows(CacheException.class, () -> cache.fork(sequence.real));
            return "misuse fork";
        }
        Sequence fork = new Sequence(cache.fork(sequence.real));
        fork.tokens.addAll(sequence.tokens);
        fork.pages.addAll(sequence.pages);
        model.sequences.add(fork);
        return "fork of " + sequence.real + " is " + fork.real;
    }

    private String truncate() {
        Sequence sequence = any();
        int length = random.nextInt(sequence.tokens.size() + 1);
        if (sequence.pending != null) {
            assertThrows(CacheException.class, () -> cache.truncate(sequence.real, length));
            return "misuse truncate";
        }
        cache.truncate(sequence.real, length);
        model.truncate(sequence, length);
        return "truncate " + sequence.real + " to " + length;
    }

    private String close() {
        Sequence sequence = any();
        if (sequence.pending != null) {
            assertThrows(CacheException.class, () -> cache.close(sequence.real));
            return "misuse close";
        }
        sequence.real.close();
        sequence.real.close();
        model.sequences.remove(sequence);
        return "close " + sequence.real;
    }

    private String snapshot() {
        Sequence sequence = any();
        if (sequence.pending != null) {
            assertThrows(CacheException.class, () -> cache.snapshot(sequence.real, file()));
            return "misuse snapshot";
        }
        cache.snapshot(sequence.real, file());
        written = List.copyOf(sequence.tokens);
        return "snapshot of " + sequence.real;
    }

    /** Restores what was written some operations ago: the device has gone on since. */
    private String restore() {
        if (written == null) {
            return snapshot();
        }
        int needed = Math.ceilDiv(written.size(), config.pageTokens());
        if (!model.pendings.isEmpty()) {
            assertThrows(CacheException.class, () -> cache.restore(file()));
            return "misuse restore";
        } else if (needed > model.free()) {
            assertThrows(CacheFullException.class, () -> cache.restore(file()));
            return "full restore";
        }
        Sequence restored = new Sequence(cache.restore(file()));
        restored.tokens.addAll(written);
        IntStream.range(0, needed).forEach(page -> restored.pages.add(new CacheModel.Page()));
        model.sequences.add(restored);
        return "restore is " + restored.real;
    }

    private Path file() {
        return folder.resolve("sequence");
    }

    private String misuse() {
        Sequence sequence = any();
        CachedSequence real = sequence.real;
        int length = sequence.tokens.size();
        int kind = random.nextInt(6);
        assertThrows(CacheException.class, () -> {
            switch (kind) {
                case 0 -> cache.truncate(real, length + 1);
                case 1 -> cache.truncate(real, -1);
                case 2 -> cache.reserve(real, config.maxSequenceTokens() - length + 1);
                case 3 -> cache.reserve(List.of(new Append(real, 1), new Append(real, 1)));
                case 4 -> cache.slot(real, cache.reservedLength(real));
                default -> cache.reserve(real, -1);
            }
        });
        return "misuse " + kind;
    }

    private Sequence any() {
        return model.sequences.get(random.nextInt(model.sequences.size()));
    }

    private void poisonUnusedRows() {
        BitSet used = new BitSet();
        Set<Integer> pendingPages = new HashSet<>();
        for (Sequence sequence : model.sequences) {
            for (int position = 0; position < cache.reservedLength(sequence.real); position++) {
                used.set(cache.slot(sequence.real, position));
            }
        }
        for (Pending pending : model.pendings) {
            pending.real.copies().forEach(copy -> pendingPages.add(copy.sourceSlot() / config.pageTokens()));
        }
        for (int slot = used.nextClearBit(0); slot < config.rows(); slot = used.nextClearBit(slot + 1)) {
            if (!pendingPages.contains(slot / config.pageTokens())) {
                device.poison(slot);
            }
        }
    }
}
