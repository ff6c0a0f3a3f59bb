package org.tornadomla.attention;

import java.util.List;

import org.tornadomla.cache.CachedSequence;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.RowCopy;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.layers.AttentionCost;

/** Cuts calls of any size into rounds that fit the plan, and fills the plan's arrays for each. */
final class Rounds {

    private final MlaConfig config;
    private final LatentCache cache;
    private final AttentionPlan plan;
    private final AttentionMode mode;
    private final int cores;

    Rounds(MlaConfig config, LatentCache cache, AttentionPlan plan, AttentionMode mode, int cores) {
        this.config = config;
        this.cache = cache;
        this.plan = plan;
        this.mode = mode;
        this.cores = cores;
    }

    private Capacity capacity() {
        return plan.step().capacity();
    }

    /** What holds for every call, before anything is reserved. */
    void checkRows(Tokens x, int rows) {
        if (x.batch() != rows) {
            throw new ShapeException("batch has " + x.batch() + " rows, but there are " + rows + " sequences for it");
        }
        if (x.width() != config.hiddenSize()) {
            throw new ShapeException("tokens are " + x.width() + " wide, hidden_size is " + config.hiddenSize());
        }
        if (x.positions() != null) {
            checkPositions(x);
        }
        Mask mask = x.mask();
        if (mask != null) {
            checkMask(mask, x);
        }
    }

    private void checkPositions(Tokens x) {
        for (int row = 0; row < x.batch(); row++) {
            for (int token = 0; token < x.length(row); token++) {
                int position = x.positions()[row * x.tokens() + token];
                if (position < 0 || position >= capacity().positions()) {
                    throw new ShapeException("position of token " + token + " of row " + row + " is " + position
                            + ", the module was built for 0 to " + (capacity().positions() - 1));
                }
            }
        }
    }

    private void checkMask(Mask mask, Tokens x) {
        if (mask.batch() != 1 && mask.batch() != x.batch() || mask.heads() != 1 && mask.heads() != config.numHeads()
                || mask.queries() != x.tokens()) {
            throw new ShapeException("mask is [" + mask.batch() + ", " + mask.heads() + ", " + mask.queries() + ", "
                    + mask.keys() + "], must be [1 or " + x.batch() + ", 1 or " + config.numHeads() + ", " + x.tokens()
                    + ", keys]");
        }
        long row = (long) mask.heads() * mask.keys();
        if (row > capacity().maskFloats()) {
            throw new ShapeException(
                    "mask rows of " + mask.heads() + " heads x " + mask.keys() + " keys are larger than the "
                            + capacity().maskFloats() + " floats that the module was built for; raise maskFloats");
        }
    }

    /** What holds for tokens that were reserved. */
    void checkAppend(List<CachedSequence> rows, Tokens x) {
        for (int row = 0; row < rows.size(); row++) {
            int length = cache.reservedLength(rows.get(row));
            if (x.positions() == null && length > capacity().positions()) {
                throw new ShapeException("row " + row + " grows to " + length
                        + " tokens, the module knows positions up to " + (capacity().positions() - 1));
            }
            checkKeys(x.mask(), row, length);
        }
    }

    /** What holds for tokens that are only asked with. */
    void checkAsk(List<CachedSequence> rows, Tokens x) {
        for (int row = 0; row < rows.size(); row++) {
            checkKeys(x.mask(), row, cache.length(rows.get(row)));
        }
        if (x.positions() == null && x.tokens() > capacity().positions()) {
            throw new ShapeException(x.tokens() + " tokens count positions beyond " + (capacity().positions() - 1)
                    + ", the last that the module knows");
        }
    }

    private static void checkKeys(Mask mask, int row, int keys) {
        if (mask != null && mask.keys() < keys) {
            throw new ShapeException("mask has " + mask.keys() + " keys, row " + row + " has " + keys);
        }
    }

    /** Writes and attends; in one pass where no token can miss a later one, else writing all before any attends. */
    float[] append(List<CachedSequence> rows, Tokens x, List<RowCopy> copies) {
        if (!x.causal() && !fitsOneRound(x)) {
            write(rows, x, copies);
            return run(rows, x, List.of(), Pass.ATTEND);
        }
        return run(rows, x, copies, Pass.APPEND);
    }

    void write(List<CachedSequence> rows, Tokens x, List<RowCopy> copies) {
        run(rows, x, copies, Pass.WRITE);
    }

    float[] ask(List<CachedSequence> rows, Tokens x) {
        return run(rows, x, List.of(), Pass.ASK);
    }

    private boolean fitsOneRound(Tokens x) {
        long tokens = count(x);
        long maskFloats = x.mask() == null ? 0 : tokens * x.mask().heads() * x.mask().keys();
        return tokens <= capacity().tokens() && x.batch() <= capacity().sequences()
                && maskFloats <= capacity().maskFloats();
    }

    private static long count(Tokens x) {
        long count = 0;
        for (int row = 0; row < x.batch(); row++) {
            count += x.length(row);
        }
        return count;
    }

    private float[] run(List<CachedSequence> rows, Tokens x, List<RowCopy> copies, Pass pass) {
        float[] y = new float[x.values().length];
        Round round = new Round(config, cache, plan, x, y);
        round.begin(copyFirst(round, copies));
        for (int row = 0; row < rows.size(); row++) {
            int done = 0;
            while (done < x.length(row)) {
                int room = round.room(pass);
                if (room == 0) {
                    execute(round, pass);
                    round.begin(List.of());
                    continue;
                }
                int take = Math.min(room, x.length(row) - done);
                round.add(rows.get(row), row, done, take, pass);
                done += take;
            }
        }
        if (!round.isEmpty()) {
            execute(round, pass);
        }
        return y;
    }

    /** Copies rows in rounds of their own where they are too many to go with tokens; returns what is left to copy. */
    private List<RowCopy> copyFirst(Round round, List<RowCopy> copies) {
        int room = capacity().writes() - capacity().tokens();
        if (copies.stream().mapToInt(RowCopy::rows).sum() <= room) {
            return copies;
        }
        int perRound = Math.max(1, room / capacity().pageTokens());
        for (int i = 0; i < copies.size(); i += perRound) {
            round.begin(copies.subList(i, Math.min(i + perRound, copies.size())));
            execute(round, Pass.WRITE);
        }
        return List.of();
    }

    private void execute(Round round, Pass pass) {
        StepBuffer step = plan.step();
        int splits = AttentionCost.splits(capacity(), cores, step.tokens(), round.longest());
        step.finish(config.numHeads(), splits, pass.writes() ? round.tokens() : 0, round.masked(),
                round.maskHeadStride());
        if (pass.attends()) {
            boolean expanded = expanded(step.tokens(), step.expandedKeys(), round.pairs());
            round.fillMask(expanded);
            plan.attend(expanded, step.tokens(), round.target(), round.offsets());
        } else {
            plan.write();
        }
    }

    private boolean expanded(long tokens, long keys, long pairs) {
        if (!plan.expandable() || keys > capacity().expandedKeys() || mode == AttentionMode.ABSORBED) {
            return false;
        }
        if (mode == AttentionMode.EXPANDED) {
            return true;
        }
        return AttentionCost.expandedIsCheaper(config, tokens, keys, pairs);
    }
}
