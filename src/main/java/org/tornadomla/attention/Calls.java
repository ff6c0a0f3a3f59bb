package org.tornadomla.attention;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Capacity;

/** What holds for the calls of a module, checked before anything is computed. */
final class Calls {

    private final MlaConfig config;
    private final LatentCache cache;
    private final Capacity capacity;

    Calls(MlaConfig config, LatentCache cache, Capacity capacity) {
        this.config = config;
        this.cache = cache;
        this.capacity = capacity;
    }

    /** What holds for every call, before anything is reserved. */
    void checkRows(Tokens x, int rows) {
        if (x.batch() != rows) {
            throw new ShapeException("batch has " + x.batch() + " rows, but there are " + rows + " sequences for it");
        }
        if (x.width() != config.hiddenSize()) {
            throw new ShapeException("tokens are " + x.width() + " wide, hidden_size is " + config.hiddenSize());
        }
        int[] positions = x.positions();
        if (positions != null) {
            checkPositions(positions, x);
        }
        Mask mask = x.mask();
        if (mask != null) {
            checkMask(mask, x);
        }
    }

    private void checkPositions(int[] positions, Tokens x) {
        for (int row = 0; row < x.batch(); row++) {
            for (int token = 0; token < x.length(row); token++) {
                int position = positions[row * x.tokens() + token];
                if (position < 0 || position >= capacity.positions()) {
                    throw new ShapeException("position of token " + token + " of row " + row + " is " + position
                            + ", the module was built for 0 to " + (capacity.positions() - 1));
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
        if (row > capacity.maskFloats()) {
            throw new ShapeException(
                    "mask rows of " + mask.heads() + " heads x " + mask.keys() + " keys are larger than the "
                            + capacity.maskFloats() + " floats that the module was built for; raise maskFloats");
        }
    }

    /** What holds for tokens that were reserved. */
    void checkAppend(List<CachedSequence> rows, Tokens x) {
        for (int row = 0; row < rows.size(); row++) {
            int length = cache.reservedLength(rows.get(row));
            if (x.positions() == null && length > capacity.positions()) {
                throw new ShapeException("row " + row + " grows to " + length
                        + " tokens, the module knows positions up to " + (capacity.positions() - 1));
            }
            checkKeys(x.mask(), row, length);
        }
    }

    /** What holds for tokens that attend without being written. */
    void checkAsk(List<CachedSequence> rows, Tokens x) {
        for (int row = 0; row < rows.size(); row++) {
            checkKeys(x.mask(), row, cache.length(rows.get(row)));
        }
        if (x.positions() == null && x.tokens() > capacity.positions()) {
            throw new ShapeException(x.tokens() + " tokens count positions beyond " + (capacity.positions() - 1)
                    + ", the last that the module knows");
        }
    }

    private static void checkKeys(@Nullable Mask mask, int row, int keys) {
        if (mask != null && mask.keys() < keys) {
            throw new ShapeException("mask has " + mask.keys() + " keys, row " + row + " has " + keys);
        }
    }
}
