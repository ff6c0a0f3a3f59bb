package org.tornadomla.layers;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Sizes;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What the attention layers of a plan share in the family of many cores. T, S and E are the plan's capacities of
 * tokens, units of absorbed attention and expanded keys.
 *
 * @param angles     [positions, rope] floats: cosines, then sines of a position
 * @param compressed [T, q_lora_rank] query after the down-projection
 * @param query      [T, heads (nope + rope)]
 * @param latent     [T, latent + rope] latent before its norm, rotary key before rotation
 * @param packed     [T, heads, latent] queries in the latent space
 * @param partial    [S, heads, latent] floats, then [S, heads, 2] statistics
 * @param merged     [T, heads, latent]
 * @param mask       additive mask of absorbed attention
 * @param expanded   scratch of expanded attention; null when the plan has none
 */
record ManyCoresBuffers(FloatArray angles, FloatArray compressed, FloatArray query, FloatArray latent,
        FloatArray packed, FloatArray partial, FloatArray merged, FloatArray mask, Expanded expanded) {

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
                scratch(buffers, "compressed", "compressed queries", tokens * Math.max(1, c.qLoraRank())),
                scratch(buffers, "query", "queries", tokenHeads * c.qkHeadDim()),
                scratch(buffers, "latent", "latents", tokens * (c.kvLoraRank() + c.qkRopeHeadDim())),
                scratch(buffers, "packed_latent", "packed queries", tokenHeads * c.kvLoraRank()),
                scratch(buffers, "partial", "partial results",
                        (long) capacity.units() * c.numHeads() * (c.kvLoraRank() + STATISTICS)),
                scratch(buffers, "merged", "attended latents", tokenHeads * c.kvLoraRank()),
                mask(buffers, "mask_absorbed", capacity),
                capacity.expandedKeys() == 0 ? null : expanded(c, capacity, buffers));
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
