package org.tornadomla.decoder;

import java.util.List;

import org.tornadomla.attention.AttentionMode;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.RowCopy;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.layers.AttentionCost;
import org.tornadomla.layers.DecoderPlan;

/** One round as it is filled: tokens of one or more sequences that go through the layers together. */
final class DecoderRound {

    private final MlaConfig config;
    private final LatentCache cache;
    private final DecoderPlan plan;
    private final AttentionMode mode;
    private final int cores;
    private int sequences;
    private int longest;
    private long pairs;

    DecoderRound(MlaConfig config, LatentCache cache, DecoderPlan plan, AttentionMode mode, int cores) {
        this.config = config;
        this.cache = cache;
        this.plan = plan;
        this.mode = mode;
        this.cores = cores;
    }

    private Capacity capacity() {
        return plan.step().capacity();
    }

    /** Empties the round and puts row copies in front. */
    void begin(List<RowCopy> copies) {
        plan.step().clear();
        sequences = 0;
        longest = 0;
        pairs = 0;
        for (RowCopy copy : copies) {
            for (int row = 0; row < copy.rows(); row++) {
                plan.step().addCopy(copy.sourceSlot() + row, copy.targetSlot() + row);
            }
        }
    }

    /** Tokens that the round still takes. */
    int room() {
        return sequences == capacity().sequences() ? 0 : capacity().tokens() - plan.step().tokens();
    }

    /**
     * Adds tokens of a sequence that has room reserved for them.
     *
     * @param position of the first
     * @param from     index of the first in ids
     * @param outputs  how many of the last tokens give logits
     */
    void add(CachedSequence sequence, int position, int[] ids, int from, int count, int outputs) {
        StepBuffer step = plan.step();
        int entry = step.addSequence(cache.blockTable(sequence), position + count);
        for (int i = 0; i < count; i++) {
            int token = step.tokens();
            int at = position + i;
            step.addWrite(cache.slot(sequence, at), token, at);
            step.addToken(entry, at, 0, at + 1, 0);
            step.setTokenId(token, ids[from + i]);
            pairs += at + 1;
            if (i >= count - outputs) {
                step.addOutput(token);
            }
        }
        longest = Math.max(longest, position + count);
        sequences++;
    }

    boolean isEmpty() {
        return plan.step().tokens() == 0;
    }

    /** Runs the round; logits of its outputs, in the order in which they were added. */
    float[][] run() {
        StepBuffer step = plan.step();
        int tokens = step.tokens();
        step.finish(config.numHeads(), AttentionCost.splits(capacity(), cores, tokens, longest), tokens, false, 0);
        return plan.run(expanded(tokens, step.expandedKeys()));
    }

    private boolean expanded(int tokens, int keys) {
        boolean possible = plan.expandable() && keys <= capacity().expandedKeys();
        return switch (mode) {
            case ABSORBED -> false;
            case EXPANDED -> possible;
            case AUTO -> possible && AttentionCost.expandedIsCheaper(config, tokens, keys, pairs);
        };
    }
}
