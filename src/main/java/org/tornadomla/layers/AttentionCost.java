package org.tornadomla.layers;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Capacity;

/** Decides how a round attends, from counts alone: the same round is always computed the same way. */
public final class AttentionCost {

    /** Fewest keys that make a range of their own worth merging. */
    private static final int KEYS_PER_SPLIT = 64;
    /** Work units wanted for each core, so that uneven ones even out. */
    private static final int UNITS_PER_CORE = 2;

    private AttentionCost() {
    }

    /**
     * Key ranges that absorbed attention splits each query's keys into. Ranges are written, read and merged, so there
     * are no more than keep the device busy.
     *
     * @param cores   cores of the device
     * @param slices  units of a query and a range of its keys
     * @param tokens  queries of the round
     * @param longest most keys of a query
     */
    public static int splits(Capacity capacity, int cores, int slices, int tokens, int longest) {
        int wanted = Math.ceilDiv(UNITS_PER_CORE * cores, Math.max(1, tokens * slices));
        int useful = Math.max(1, longest / KEYS_PER_SPLIT);
        int most = Math.min(capacity.maxSplits(), capacity.units() / Math.max(1, tokens));
        return Math.max(1, Math.min(Math.min(wanted, useful), most));
    }

    /**
     * The way that takes fewer multiplications: expanding keys and values does when many queries share them.
     *
     * @param tokens queries of the round
     * @param keys   keys of all sequences of the round
     * @param pairs  pairs of a query and a key that it sees
     */
    public static Attending cheaper(MlaConfig config, long tokens, long keys, long pairs) {
        long up = (long) config.kvLoraRank() * (config.qkNopeHeadDim() + config.vHeadDim());
        long absorbed = tokens * up + pairs * (2L * config.kvLoraRank() + config.qkRopeHeadDim());
        long expanded = keys * up + pairs * ((long) config.qkHeadDim() + config.vHeadDim());
        return expanded < absorbed ? Attending.EXPANDED : Attending.ABSORBED;
    }
}
