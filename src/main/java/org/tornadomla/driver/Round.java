package org.tornadomla.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.RowCopy;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One round as it is filled: which tokens of which sequences, where they read and write, and whose results it gives.
 */
final class Round {

    /** A token of some work. */
    private record Token(Work work, int index) {
    }

    /** A token with the place of its mask row. */
    private record Masked(Work.MaskRows rows, int token, int at) {
    }

    private final LatentCache cache;
    private final StepBuffer step;
    private final List<Token> results = new ArrayList<>();
    private final List<Masked> masks = new ArrayList<>();
    private int tokens;
    private int sequences;
    private int maskFloats;
    private int maskHeadStride;
    private int longest;
    private long pairs;

    Round(LatentCache cache, StepBuffer step) {
        this.cache = cache;
        this.step = step;
    }

    private Capacity capacity() {
        return step.capacity();
    }

    /** Empties the round and puts row copies in front. */
    void begin(List<RowCopy> copies) {
        step.clear();
        results.clear();
        masks.clear();
        tokens = 0;
        sequences = 0;
        maskFloats = 0;
        maskHeadStride = 0;
        longest = 0;
        pairs = 0;
        for (RowCopy copy : copies) {
            for (int row = 0; row < copy.rows(); row++) {
                step.addCopy(copy.sourceSlot() + row, copy.targetSlot() + row);
            }
        }
    }

    /** How many tokens of a work the round still takes, from one on; 0 when it is full. */
    int room(Work work, int from, Pass pass) {
        if (sequences == capacity().sequences()) {
            return 0;
        }
        int room = Math.min(capacity().tokens() - tokens, work.tokens() - from);
        if (!pass.attends()) {
            return room;
        }
        Optional<Work.MaskRows> mask = work.mask();
        if (mask.isPresent()) {
            room = Math.min(room, (capacity().maskFloats() - maskFloats) / mask.get().floats());
        }
        int wanted = results.size();
        for (int token = from; token < from + room; token++) {
            if (work.wants(token) && ++wanted > capacity().outputs()) {
                return token - from;
            }
        }
        return room;
    }

    /** Adds {@code count} tokens of a work. */
    void add(Work work, int from, int count, Pass pass) {
        int start = pass.appended() ? cache.length(work.sequence()) : 0;
        int held = pass.writes() ? start + from + count : cache.reservedLength(work.sequence());
        int entry = step.addSequence(cache.blockTable(work.sequence()), held);
        for (int token = from; token < from + count; token++) {
            work.place(token, tokens);
            int position = work.position(token, start + token);
            if (pass.writes()) {
                step.addWrite(cache.slot(work.sequence(), start + token), tokens, position);
            }
            if (pass.attends()) {
                addQuery(entry, work, token, start + token, held, position);
            }
            tokens++;
        }
        longest = Math.max(longest, held);
        sequences++;
    }

    /**
     * A query at index {@code key} of its sequence sees keys up to its own, no more than the window, and none that is
     * not there.
     */
    private void addQuery(int entry, Work work, int token, int key, int held, int position) {
        int to = work.causal() ? Math.min(key + 1, held) : held;
        int from = work.window() == 0 ? 0 : Math.max(0, key + 1 - work.window());
        int maskAt = 0;
        Optional<Work.MaskRows> mask = work.mask();
        if (mask.isPresent()) {
            maskAt = maskFloats;
            maskFloats += mask.get().floats();
            maskHeadStride = mask.get().headStride();
            masks.add(new Masked(mask.get(), token, maskAt));
        }
        pairs += Math.max(0, to - from);
        step.addToken(entry, position, from, to, maskAt);
        if (work.wants(token)) {
            step.addOutput(tokens);
            results.add(new Token(work, token));
        }
    }

    /** Copies the mask rows of the round's tokens to where the way that runs reads them. */
    void fillMask(FloatArray target) {
        masks.forEach(row -> row.rows.copy(row.token, target, row.at));
    }

    /** Hands the results on. */
    void deliver() {
        for (int index = 0; index < results.size(); index++) {
            results.get(index).work.take(results.get(index).index, index);
        }
    }

    boolean isEmpty() {
        return tokens == 0;
    }

    int tokens() {
        return tokens;
    }

    int results() {
        return results.size();
    }

    int longest() {
        return longest;
    }

    long pairs() {
        return pairs;
    }

    boolean masked() {
        return !masks.isEmpty();
    }

    int maskHeadStride() {
        return maskHeadStride;
    }
}
