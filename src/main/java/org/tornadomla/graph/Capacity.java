package org.tornadomla.graph;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.kernels.StepLayout;

/**
 * The most of everything that one round of a plan takes; buffers are sized by it.
 *
 * @param tokens       query tokens, and tokens of a context
 * @param sequences    sequences of a batch
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
public record Capacity(int tokens, int sequences, int writes, int tableLength, int pageTokens, int slots, int positions,
        int units, int maxSplits, int expandedKeys, int maskFloats) {

    public Capacity {
        require("tokens", tokens, 1);
        require("sequences", sequences, 1);
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
}
