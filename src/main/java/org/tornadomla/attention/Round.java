package org.tornadomla.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

import org.tornadomla.cache.CachedSequence;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.RowCopy;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.StepBuffer;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** One round as it is filled: which tokens of which rows, where they read and write, and where their results go. */
final class Round {

    private final MlaConfig config;
    private final LatentCache cache;
    private final AttentionPlan plan;
    private final Tokens x;
    private final float[] y;
    private final int[] offsets;
    private final int[] maskRows;
    private int tokens;
    private int sequences;
    private int maskFloats;
    private int longest;
    private long pairs;

    Round(MlaConfig config, LatentCache cache, AttentionPlan plan, Tokens x, float[] y) {
        this.config = config;
        this.cache = cache;
        this.plan = plan;
        this.x = x;
        this.y = y;
        this.offsets = new int[plan.step().capacity().tokens()];
        this.maskRows = new int[plan.step().capacity().tokens()];
    }

    /** Empties the round and puts row copies in front. */
    void begin(List<RowCopy> copies) {
        StepBuffer step = plan.step();
        step.clear();
        tokens = 0;
        sequences = 0;
        maskFloats = 0;
        longest = 0;
        pairs = 0;
        for (RowCopy copy : copies) {
            for (int row = 0; row < copy.rows(); row++) {
                step.addCopy(copy.sourceSlot() + row, copy.targetSlot() + row);
            }
        }
    }

    /** Tokens that the round still takes; 0 when it is full. */
    int room(Pass pass) {
        var capacity = plan.step().capacity();
        if (sequences == capacity.sequences()) {
            return 0;
        }
        int room = capacity.tokens() - tokens;
        if (x.mask() != null && pass.attends()) {
            room = Math.min(room, (capacity.maskFloats() - maskFloats) / maskRow());
        }
        return room;
    }

    private int maskRow() {
        return x.mask().heads() * x.mask().keys();
    }

    /** Adds tokens {@code from} to {@code from + count - 1} of a row. */
    void add(CachedSequence sequence, int row, int from, int count, Pass pass) {
        StepBuffer step = plan.step();
        int start = pass.appended() ? cache.length(sequence) : 0;
        int held = pass.writes() ? start + from + count : cache.reservedLength(sequence);
        int entry = step.addSequence(cache.blockTable(sequence), held);
        for (int i = 0; i < count; i++) {
            int token = from + i;
            int source = (row * x.tokens() + token) * config.hiddenSize();
            MemorySegment.copy(x.values(), source, plan.x().getSegment(), ValueLayout.JAVA_FLOAT,
                    (long) tokens * config.hiddenSize() * Float.BYTES, config.hiddenSize());
            int position = x.positions() == null ? start + token : x.positions()[row * x.tokens() + token];
            if (pass.writes()) {
                step.addWrite(cache.slot(sequence, start + token), tokens, position);
            }
            if (pass.attends()) {
                addQuery(step, entry, row, token, start + token, held, position);
                offsets[tokens] = source;
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
    private void addQuery(StepBuffer step, int entry, int row, int token, int key, int held, int position) {
        int to = x.causal() ? Math.min(key + 1, held) : held;
        int from = x.window() == 0 ? 0 : Math.max(0, key + 1 - x.window());
        int maskAt = 0;
        if (x.mask() != null) {
            maskAt = maskFloats;
            maskFloats += maskRow();
            int batchRow = x.mask().batch() == 1 ? 0 : row;
            maskRows[tokens] = (batchRow * x.mask().heads() * x.mask().queries() + token) * x.mask().keys();
        }
        pairs += Math.max(0, to - from);
        step.addToken(entry, position, from, to, maskAt);
    }

    /** Copies the mask rows of the round's tokens to the form that runs. */
    void fillMask(boolean expanded) {
        if (!masked()) {
            return;
        }
        FloatArray target = plan.mask(expanded);
        int to = 0;
        for (int i = 0; i < tokens; i++) {
            for (int head = 0; head < x.mask().heads(); head++) {
                int from = maskRows[i] + head * x.mask().queries() * x.mask().keys();
                for (int key = 0; key < x.mask().keys(); key++) {
                    target.set(to++, x.mask().finite(from + key));
                }
            }
        }
    }

    boolean isEmpty() {
        return tokens == 0;
    }

    int tokens() {
        return tokens;
    }

    int longest() {
        return longest;
    }

    long pairs() {
        return pairs;
    }

    boolean masked() {
        return x.mask() != null;
    }

    int maskHeadStride() {
        return x.mask() == null || x.mask().heads() == 1 ? 0 : x.mask().keys();
    }

    float[] target() {
        return y;
    }

    int[] offsets() {
        return offsets;
    }
}
