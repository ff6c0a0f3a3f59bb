package org.tornadomla.graph;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.kernels.StepLayout;

/**
 * The most of everything that one round of a plan takes; buffers are sized by it.
 *
 * @param tokens       query tokens, and tokens of a context
 * @param sequences    sequences of a batch
 * @param outputs      rows whose result is wanted
 * @param writes       rows written to the pool, copies included
 * @param tableLength  pages of a sequence
 * @param pageTokens   tokens of a page
 * @param slots        rows of the pool
 * @param positions    positions that the rotary tables cover
 * @param units        tokens times key ranges in absorbed attention
 * @param maxSplits    key ranges of a token
 * @param expandedKeys keys that a round may expand; 0 when the plan has no expanded attention
 * @param maskFloats   floats of an additive mask; 0 when the plan takes none
 */
public record Capacity(int tokens, int sequences, int outputs, int writes, int tableLength, int pageTokens, int slots,
        int positions, int units, int maxSplits, int expandedKeys, int maskFloats) {

    public Capacity {
        require("tokens", tokens, 1);
        require("sequences", sequences, 1);
        require("outputs", outputs, 1);
        require("writes", writes, 1);
        require("tableLength", tableLength, 1);
        require("pageTokens", pageTokens, 1);
        require("slots", slots, 1);
        require("positions", positions, 1);
        require("units", units, tokens);
        require("maxSplits", maxSplits, 1);
        require("expandedKeys", expandedKeys, 0);
        require("maskFloats", maskFloats, 0);
    }

    /** Most query tiles of a round: full ones, and a rest for each sequence. */
    public int tiles() {
        return tokens / StepLayout.TILE_TOKENS + Math.min(tokens, sequences);
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new ConfigurationException("capacity " + name + " is " + value + ", must be at least " + least);
        }
    }

    /** A builder; tokens and the cache's sizes are to be given, the rest follows from them unless it is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the values of a {@link Capacity}. */
    public static final class Builder {

        /** Key ranges of a token, at most: their results are merged by one work-item a head. */
        private static final int MOST_SPLITS = 64;
        /** Work units a compute unit, so that none waits long for the last. */
        private static final int UNITS_OF_CORE = 4;

        private int tokens;
        private int sequences = 1;
        private int outputs;
        private int writes;
        private int tableLength;
        private int pageTokens;
        private int slots;
        private int positions;
        private int units;
        private int maxSplits = 1;
        private int expandedKeys;
        private int maskFloats;

        private Builder() {
        }

        /** Query tokens, and tokens of a context. */
        public Builder tokens(int count) {
            tokens = count;
            return this;
        }

        /** Sequences of a batch; 1 by default. */
        public Builder sequences(int count) {
            sequences = count;
            return this;
        }

        /** Rows whose result is wanted; one for each sequence by default. */
        public Builder outputs(int rows) {
            outputs = rows;
            return this;
        }

        /** Rows written to the pool; by default every token, and a page for each sequence that leaves one. */
        public Builder writes(int rows) {
            writes = rows;
            return this;
        }

        /** Pages: tokens of one, the most of a sequence, and rows of the whole pool. */
        public Builder pages(int tokensOfOne, int longestTable, int poolRows) {
            pageTokens = tokensOfOne;
            tableLength = longestTable;
            slots = poolRows;
            return this;
        }

        /** Positions that the rotary tables cover. */
        public Builder positions(int count) {
            positions = count;
            return this;
        }

        /** Key ranges of a token, and work units of all tokens: one each by default. */
        public Builder splits(int rangesOfToken, int allUnits) {
            maxSplits = rangesOfToken;
            units = allUnits;
            return this;
        }

        /**
         * As many ranges and units as keep the compute units of a device busy: several for each, and one at least for
         * each token, which is to be given before.
         */
        public Builder splitsFor(int computeUnits) {
            return splits(MOST_SPLITS, Math.max(tokens, Math.max(MOST_SPLITS, UNITS_OF_CORE * computeUnits)));
        }

        /** Keys that a round may expand; 0, the default, for a plan without expanded attention. */
        public Builder expandedKeys(int keys) {
            expandedKeys = keys;
            return this;
        }

        /** Floats of an additive mask; 0, the default, for a plan that takes none. */
        public Builder maskFloats(int floats) {
            maskFloats = floats;
            return this;
        }

        /**
         * The capacity.
         *
         * @throws ConfigurationException naming a value that is missing or too small
         */
        public Capacity build() {
            return new Capacity(tokens, sequences, outputs > 0 ? outputs : sequences,
                    writes > 0 ? writes : tokens + sequences * pageTokens, tableLength, pageTokens, slots, positions,
                    units > 0 ? units : tokens, maxSplits, expandedKeys, maskFloats);
        }
    }
}
