package org.tornadomla.layers;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Sizes;
import org.jspecify.annotations.Nullable;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What the attention layers of a plan share in the family of many cores. T, S and E are the plan's capacities of
 * tokens, units of absorbed attention and expanded keys.
 *
 * @param angles    [positions, rope] floats: cosines, then sines of a position
 * @param projected [T, (q_lora_rank or heads (nope + rope)) + latent + rope]: the query, or what is left of it after
 *                      its down-projection; behind it the latent before its norm and the rotary key before rotation
 * @param query     [T, heads (nope + rope)] where queries are compressed
 * @param latent    [T, latent + rope] latent and rotary key in layers whose files hold both parts in different formats
 * @param packed    [T, heads, latent] queries in the latent space
 * @param partial   [S, heads, latent] floats, then [S, heads, 2] statistics
 * @param noPool    one float where pools are pairs
 * @param noPairs   one int where pools are floats
 * @param noChosen  one int for layers that attend to all keys
 * @param mask      additive mask of absorbed attention
 * @param expanded  scratch of expanded attention; null when the plan has none
 * @param index     scratch of sparse attention; null when the plan has none
 */
record ManyCoresBuffers(FloatArray angles, FloatArray projected, FloatArray query, FloatArray latent, FloatArray packed,
        FloatArray partial, FloatArray noPool, IntArray noPairs, IntArray noChosen, FloatArray mask, Expanded expanded,
        @Nullable ManyCoresIndexBuffers index) {

    /** Numbers that absorbed attention leaves of a range of keys beside its sums. */
    private static final int STATISTICS = 2;

    /**
     * Scratch of expanded attention.
     *
     * @param latents [E, latent] gathered
     * @param rotary  [E, rope] rotary keys, gathered
     * @param rows    [E, heads (nope + v)] keys and values
     * @param mask    additive mask
     */
    record Expanded(FloatArray latents, FloatArray rotary, FloatArray rows, FloatArray mask) {
    }

    /**
     * Allocates and registers the buffers.
     *
     * @throws org.tornadomla.error.ShapeException when one would not fit an array
     */
    static ManyCoresBuffers allocate(MlaConfig c, Capacity capacity, Buffers buffers) {
        long tokens = capacity.tokens();
        long tokenHeads = tokens * c.numHeads();
        return new ManyCoresBuffers(buffers.add("angles", Role.WEIGHT, angles(c, capacity.positions())),
                scratch(buffers, "projected", "projected tokens", tokens * (queryWidth(c) + latentWidth(c))),
                scratch(buffers, "query", "queries", c.qLoraRank() > 0 ? tokenHeads * c.qkHeadDim() : 1),
                scratch(buffers, "latent", "latents", tokens * latentWidth(c)),
                scratch(buffers, "packed_latent", "packed queries", tokenHeads * c.kvLoraRank()),
                scratch(buffers, "partial", "partial results",
                        (long) capacity.units() * c.numHeads() * (c.kvLoraRank() + STATISTICS)),
                scratch(buffers, "no_pool", "a float", 1),
                buffers.add("no_pairs", Role.SCRATCH, Sizes.ints("an int", 1)),
                buffers.add("no_chosen", Role.SCRATCH, Sizes.ints("an int", 1)),
                mask(buffers, "mask_absorbed", capacity),
                capacity.expandedKeys() == 0 ? null : expanded(c, capacity, buffers),
                c.indexer().map(indexer -> ManyCoresIndexBuffers.allocate(indexer, capacity, buffers)).orElse(null));
    }

    /** Numbers of a query that the first product leaves, compressed or not. */
    static int queryWidth(MlaConfig c) {
        return c.qLoraRank() > 0 ? c.qLoraRank() : c.numHeads() * c.qkHeadDim();
    }

    /** Numbers of a latent with its rotary key. */
    static int latentWidth(MlaConfig c) {
        return c.kvLoraRank() + c.qkRopeHeadDim();
    }

    private static Expanded expanded(MlaConfig c, Capacity capacity, Buffers buffers) {
        long keys = capacity.expandedKeys();
        return new Expanded(scratch(buffers, "latents", "gathered latents", keys * c.kvLoraRank()),
                scratch(buffers, "rotary_keys", "gathered rotary keys", keys * c.qkRopeHeadDim()),
                scratch(buffers, "expanded", "expanded keys and values",
                        keys * c.numHeads() * (c.qkNopeHeadDim() + c.vHeadDim())),
                mask(buffers, "mask_expanded", capacity));
    }

    private static FloatArray scratch(Buffers buffers, String name, String what, long floats) {
        return buffers.add(name, Role.SCRATCH, Sizes.floats(what, floats));
    }

    private static FloatArray mask(Buffers buffers, String name, Capacity capacity) {
        return buffers.add(name, Role.INPUT, Sizes.floats("mask", Math.max(1, capacity.maskFloats())));
    }

    private static FloatArray angles(MlaConfig c, int positions) {
        double[] cosines = c.rope().cosines(c.qkRopeHeadDim(), positions);
        double[] sines = c.rope().sines(c.qkRopeHeadDim(), positions);
        int half = c.qkRopeHeadDim() / 2;
        FloatArray table = Sizes.floats("rotary table", 2L * cosines.length);
        for (int i = 0; i < cosines.length; i++) {
            int at = i / half * 2 * half + i % half;
            table.set(at, (float) cosines[i]);
            table.set(at + half, (float) sines[i]);
        }
        return table;
    }
}
