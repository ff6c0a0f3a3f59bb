package org.tornadomla.layers;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Sizes;
import org.tornadomla.kernels.Bf16;
import org.tornadomla.kernels.ExpandedAttention;
import org.tornadomla.kernels.Int8Rows;
import org.tornadomla.kernels.LatentAttention;
import org.tornadomla.kernels.LatentAttentionBf16;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * What the attention layers of a plan share: rotary tables and scratch. T, S and E are the plan's capacities of tokens,
 * units of absorbed attention and expanded keys; columns are as in {@link AttentionShape}.
 *
 * @param cosines    [positions, rope/2] floats
 * @param sines      [positions, rope/2] floats
 * @param compressed [T, compressedColumns] query after the down-projection
 * @param normed     [T, q_lora_rank padded to vectors] floats: the compressed query as the up-projection reads it
 * @param query      [T, queryColumns]
 * @param latent     [T, latentColumns] latent before its norm, rotary key before rotation
 * @param absorbed   scratch of absorbed attention
 * @param expanded   scratch of expanded attention; null when the plan has none
 * @param index      scratch of indexers; null where no layer has one
 */
public record AttentionBuffers(FloatArray cosines, FloatArray sines, VectorFloat16 compressed, FloatArray normed,
        VectorFloat16 query, VectorFloat16 latent, Absorbed absorbed, Expanded expanded, IndexBuffers index) {

    /**
     * Scratch of absorbed attention.
     *
     * @param packed   [T, heads, latent + rope]
     * @param queries  [T, head groups, 16 (latent + rope)]: an element of sixteen heads a vector
     * @param partial  [S, head groups, state + 16 latent]
     * @param widened  [S, keys of a block, latent + rope] keys in 32-bit numbers; null where the pools hold such
     * @param merged   [T, heads, latent]
     * @param mask     additive mask
     * @param noChosen [1] one int for layers that attend to all keys
     */
    public record Absorbed(VectorFloat16 packed, VectorFloat16 queries, VectorFloat16 partial, VectorFloat16 widened,
            VectorFloat16 merged, FloatArray mask, IntArray noChosen) {
    }

    /**
     * Scratch of expanded attention.
     *
     * @param queries [heads, query tiles, 16 (nope + rope)]: an element of sixteen tokens a vector
     * @param latents [E, latent] floats, gathered
     * @param rotary  [E, rope] rotary keys, gathered
     * @param rows    [E, expandedColumns] keys and values
     * @param state   [heads, query tiles, state + 16 v]
     * @param mask    additive mask
     */
    public record Expanded(VectorFloat16 queries, FloatArray latents, VectorFloat16 rotary, VectorFloat16 rows,
            VectorFloat16 state, FloatArray mask) {
    }

    /**
     * Allocates and registers the buffers.
     *
     * @param cache number format of the pools
     * @throws org.tornadomla.error.ShapeException when one would not fit an array
     */
    public static AttentionBuffers allocate(AttentionShape shape, Capacity capacity, CacheType cache, Buffers buffers) {
        MlaConfig c = shape.config();
        long tokens = capacity.tokens();
        return new AttentionBuffers(
                buffers.add("cosines", Role.WEIGHT, table(c.rope().cosines(c.qkRopeHeadDim(), capacity.positions()))),
                buffers.add("sines", Role.WEIGHT, table(c.rope().sines(c.qkRopeHeadDim(), capacity.positions()))),
                buffers.add("compressed", Role.SCRATCH,
                        Sizes.vectors("compressed queries",
                                tokens * Math.max(MatMul.BLOCK, shape.compressedColumns()))),
                buffers.add("normed", Role.SCRATCH,
                        Sizes.floats("compressed queries", tokens * Math.max(16, Padding.toVectors(c.qLoraRank())))),
                buffers.add("query", Role.SCRATCH, Sizes.vectors("queries", tokens * shape.queryColumns())),
                buffers.add("latent", Role.SCRATCH, Sizes.vectors("latents", tokens * shape.latentColumns())),
                absorbed(shape, capacity, cache, buffers),
                capacity.expandedKeys() == 0 ? null : expanded(shape, capacity, buffers),
                c.indexer().map(indexer -> IndexBuffers.allocate(indexer, capacity, buffers)).orElse(null));
    }

    private static Absorbed absorbed(AttentionShape shape, Capacity capacity, CacheType cache, Buffers buffers) {
        long tokenHeads = (long) capacity.tokens() * shape.config().numHeads();
        return new Absorbed(vectors(buffers, "packed_latent", "packed queries", tokenHeads * shape.rowVectors()),
                vectors(buffers, "query_lanes", "queries in lanes",
                        (long) capacity.tokens() * shape.headGroups() * shape.rowVectors() * Padding.LANES),
                vectors(buffers, "partial", "partial results",
                        (long) capacity.units() * shape.headGroups()
                                * (LatentAttention.STATE + shape.latentVectors() * Padding.LANES)),
                cache == CacheType.F32 ? null : widened(shape, capacity, cache, buffers),
                vectors(buffers, "merged", "attended latents", tokenHeads * shape.latentVectors()),
                buffers.add("mask_absorbed", Role.INPUT, Sizes.floats("mask", Math.max(1, capacity.maskFloats()))),
                buffers.add("no_chosen", Role.SCRATCH, Sizes.ints("an int", 1)));
    }

    private static VectorFloat16 widened(AttentionShape shape, Capacity capacity, CacheType cache, Buffers buffers) {
        long keys = (long) capacity.units() * LatentAttentionBf16.KEYS;
        int vectors = cache == CacheType.INT8
                ? Int8Rows.widened(shape.latentVectors(), shape.ropeVectors())
                : Padding.toMultiple(shape.rowVectors(), Bf16.PACKED);
        return vectors(buffers, "widened", "widened keys", keys * vectors);
    }

    private static Expanded expanded(AttentionShape shape, Capacity capacity, Buffers buffers) {
        long tileHeads = (long) capacity.tiles() * shape.config().numHeads();
        long keys = capacity.expandedKeys();
        return new Expanded(
                vectors(buffers, "tile_lanes", "queries in lanes", tileHeads * shape.headVectors() * Padding.LANES),
                buffers.add("latents", Role.SCRATCH,
                        Sizes.floats("gathered latents", keys * shape.latentVectors() * Padding.LANES)),
                vectors(buffers, "rotary_keys", "gathered rotary keys", keys * shape.ropeVectors()),
                buffers.add("expanded", Role.SCRATCH,
                        Sizes.vectors("expanded keys and values", keys * shape.expandedColumns())),
                vectors(buffers, "tile_state", "weighted sums of tiles",
                        tileHeads * (ExpandedAttention.STATE + shape.valueVectors() * Padding.LANES)),
                buffers.add("mask_expanded", Role.INPUT, Sizes.floats("mask", Math.max(1, capacity.maskFloats()))));
    }

    private static VectorFloat16 vectors(Buffers buffers, String name, String what, long vectors) {
        return buffers.add(name, Role.SCRATCH, Sizes.vectors(what, vectors * Padding.LANES));
    }

    private static FloatArray table(double[] values) {
        FloatArray table = Sizes.floats("rotary table", values.length);
        for (int i = 0; i < values.length; i++) {
            table.set(i, (float) values[i]);
        }
        return table;
    }
}
