package org.tornadomla.layers;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.Variants;
import org.tornadomla.kernels.Bf16;
import org.tornadomla.kernels.ExpandedAttention;
import org.tornadomla.kernels.LatentAttention;
import org.tornadomla.kernels.LatentAttentionBf16;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
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
 */
public record AttentionBuffers(FloatArray cosines, FloatArray sines, VectorFloat16 compressed, FloatArray normed,
        VectorFloat16 query, VectorFloat16 latent, Absorbed absorbed, Expanded expanded) {

    /**
     * Scratch of absorbed attention.
     *
     * @param packed  [T, heads, latent + rope]
     * @param ranges  what the kernel of the device's variant leaves of each range of keys
     * @param widened [S, keys of a block, latent + rope] keys in 32-bit numbers; null where the pools hold such
     * @param merged  [T, heads, latent]
     * @param mask    additive mask
     */
    public record Absorbed(VectorFloat16 packed, Ranges ranges, VectorFloat16 widened, VectorFloat16 merged,
            FloatArray mask) {
    }

    /** Queries and partial results as a kernel of absorbed attention wants them. */
    public sealed interface Ranges {

        /**
         * For {@link LatentAttention} and {@link LatentAttentionBf16}.
         *
         * @param queries [T, head groups, 16 (latent + rope)]: an element of sixteen heads a vector
         * @param partial [S, head groups, state + 16 latent]
         */
        record Lanes(VectorFloat16 queries, VectorFloat16 partial) implements Ranges {
        }

        /**
         * For {@link org.tornadomla.kernels.GroupAttention}.
         *
         * @param maxima  [S, heads] floats
         * @param sums    [S, heads] floats
         * @param partial [S, heads, latent]
         */
        record Groups(FloatArray maxima, FloatArray sums, VectorFloat16 partial) implements Ranges {
        }
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
     * @param variants which kernels compute
     * @param cache    number format of the pools
     * @throws org.tornadomla.error.ShapeException when one would not fit an array
     */
    public static AttentionBuffers allocate(AttentionShape shape, Capacity capacity, Variants variants, CacheType cache,
            Buffers buffers) {
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
                absorbed(shape, capacity, variants, cache, buffers),
                capacity.expandedKeys() == 0 ? null : expanded(shape, capacity, buffers));
    }

    private static Absorbed absorbed(AttentionShape shape, Capacity capacity, Variants variants, CacheType cache,
            Buffers buffers) {
        long tokenHeads = (long) capacity.tokens() * shape.config().numHeads();
        return new Absorbed(vectors(buffers, "packed_latent", "packed queries", tokenHeads * shape.rowVectors()),
                // Groups of work-items have no kernel for pools in fewer bits.
                variants.attentionItems() == 0 || cache != CacheType.F32
                        ? lanes(shape, capacity, buffers)
                        : groups(shape, capacity, buffers),
                cache == CacheType.F32 ? null : widened(shape, capacity, buffers),
                vectors(buffers, "merged", "attended latents", tokenHeads * shape.latentVectors()),
                buffers.add("mask_absorbed", Role.INPUT, Sizes.floats("mask", Math.max(1, capacity.maskFloats()))));
    }

    private static VectorFloat16 widened(AttentionShape shape, Capacity capacity, Buffers buffers) {
        long keys = (long) capacity.units() * LatentAttentionBf16.KEYS;
        return vectors(buffers, "widened", "widened keys", keys * Padding.toMultiple(shape.rowVectors(), Bf16.PACKED));
    }

    private static Ranges lanes(AttentionShape shape, Capacity capacity, Buffers buffers) {
        long tokenGroups = (long) capacity.tokens() * shape.headGroups();
        long unitGroups = (long) capacity.units() * shape.headGroups();
        return new Ranges.Lanes(
                vectors(buffers, "query_lanes", "queries in lanes", tokenGroups * shape.rowVectors() * Padding.LANES),
                vectors(buffers, "partial", "partial results",
                        unitGroups * (LatentAttention.STATE + shape.latentVectors() * Padding.LANES)));
    }

    private static Ranges groups(AttentionShape shape, Capacity capacity, Buffers buffers) {
        long unitHeads = (long) capacity.units() * shape.config().numHeads();
        return new Ranges.Groups(buffers.add("maxima", Role.SCRATCH, Sizes.floats("maxima", unitHeads)),
                buffers.add("sums", Role.SCRATCH, Sizes.floats("sums", unitHeads)),
                vectors(buffers, "partial", "partial results", unitHeads * shape.latentVectors()));
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
