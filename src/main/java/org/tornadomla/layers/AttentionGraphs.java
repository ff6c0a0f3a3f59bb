package org.tornadomla.layers;

import java.util.List;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.IndexerConfig;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpandedAttention;
import org.tornadomla.kernels.LatentAttention;
import org.tornadomla.kernels.LatentAttentionBf16;
import org.tornadomla.kernels.LatentAttentionInt8;
import org.tornadomla.kernels.LatentGather;
import org.tornadomla.kernels.LatentGatherBf16;
import org.tornadomla.kernels.LatentGatherInt8;
import org.tornadomla.kernels.LatentWrite;
import org.tornadomla.kernels.LatentWriteBf16;
import org.tornadomla.kernels.LatentWriteInt8;
import org.tornadomla.kernels.QueryLanes;
import org.tornadomla.kernels.PositionScale;
import org.tornadomla.kernels.RmsNorm;
import org.tornadomla.kernels.SplitMerge;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.kernels.Unpack;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.AbsorbedQueries;
import org.tornadomla.weights.AttendedValues;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.weights.Rows;

import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The steps of an attention layer: {@code project} takes tokens to queries and writes their latents to the pool,
 * {@code attend} reads the pool in one of two ways with the same result, {@code output} projects what it found.
 *
 * @param shape   sizes of the layer
 * @param weights the layer's weights
 * @param buffers what layers share
 * @param step    what changes between rounds
 * @param pool    the layer's latent pool
 * @param index   the layer's own indexer; null where it has none
 */
public record AttentionGraphs(AttentionShape shape, AttentionWeights weights, AttentionBuffers buffers, StepBuffer step,
        LayerPool pool, @Nullable IndexGraphs index) implements AttentionSteps {

    @Override
    public List<Step> project(Rows x) {
        MlaConfig c = shape.config();
        StepList steps = new StepList();
        Rows query = x;
        if (c.qLoraRank() > 0) {
            int columns = shape.compressedColumns();
            weights.qA().product(steps, linear("q_a", x, StepLayout.TOKENS, weights.qABias(), c.attentionBias(),
                    buffers.compressed(), columns));
            if (c.queryNorm()) {
                steps.add("q_norm", tokens(), RmsNorm::rows, buffers.compressed(), weights.qANorm(), step.array(),
                        StepLayout.TOKENS, c.qLoraRank(), columns / Padding.LANES, (float) c.rmsNormEps(),
                        buffers.normed());
            } else {
                steps.add("q_unpack", tokens(), Unpack::rows, buffers.compressed(), step.array(), StepLayout.TOKENS,
                        c.qLoraRank(), columns / Padding.LANES, buffers.normed());
            }
            query = new Rows(buffers.normed(), Padding.toVectors(c.qLoraRank()));
        }
        weights.q().product(steps, linear("q_b", query, StepLayout.TOKENS, weights.qABias(), false, buffers.query(),
                shape.queryColumns()));
        c.queryGrowth().ifPresent(growth -> steps.add("q_growth", tokens(), PositionScale::rows, weights.growth(),
                step.array(), step.tokensAt(), growth.span(), shape.queryColumns() / Padding.LANES, buffers.query()));
        weights.kvA().product(steps, linear("kv_a", x, StepLayout.CONTEXT_TOKENS, weights.kvABias(), c.attentionBias(),
                buffers.latent(), shape.latentColumns()));
        write(steps);
        if (index != null) {
            index.project(steps, x, weights.qABias());
        }
        return steps.steps();
    }

    private void write(StepList steps) {
        MlaConfig c = shape.config();
        Grid writes = Grid.loop(step.capacity().writes());
        int stride = shape.latentColumns() / Padding.LANES;
        int normalise = c.latentNorm() ? 1 : 0;
        float eps = (float) c.rmsNormEps();
        switch (pool) {
            case LayerPool.Float32 floats -> steps.add("latent_write", writes, LatentWrite::rows, buffers.latent(),
                    weights.kvANorm(), buffers.cosines(), buffers.sines(), step.array(), step.writesAt(),
                    c.kvLoraRank(), c.qkRopeHeadDim(), stride, normalise, eps, shape.layout(), floats.rows());
            case LayerPool.Bfloat16 numbers ->
                steps.add("latent_write", writes, LatentWriteBf16::rows, buffers.latent(), weights.kvANorm(),
                        buffers.cosines(), buffers.sines(), step.array(), step.writesAt(), c.kvLoraRank(),
                        c.qkRopeHeadDim(), stride, normalise, eps, shape.layout(), numbers.rows());
            case LayerPool.Int8 numbers -> steps.add("latent_write", writes, LatentWriteInt8::rows, buffers.latent(),
                    weights.kvANorm(), buffers.cosines(), buffers.sines(), step.array(), step.writesAt(),
                    c.kvLoraRank(), c.qkRopeHeadDim(), stride, normalise, eps, shape.layout(), numbers.rows());
        }
    }

    @Override
    public List<Step> attend(Attending way, Rows values) {
        return way == Attending.ABSORBED ? attendAbsorbed(values.floats()) : attendExpanded(values.floats());
    }

    /** Attention on the latents themselves. */
    private List<Step> attendAbsorbed(FloatArray values) {
        MlaConfig c = shape.config();
        AttentionBuffers.Absorbed scratch = buffers.absorbed();
        StepList steps = new StepList();
        if (index != null) {
            index.choose(steps);
        }
        weights.uk().absorbedQuery(steps,
                new AbsorbedQueries("absorbed_query", buffers.query(), step.array(), shape.headVectors(),
                        shape.queryColumns() / Padding.LANES, shape.rowVectors(), (float) c.softmaxScale(),
                        scratch.packed()));
        inLanes(steps, scratch);
        weights.uv().valueUp(steps, new AttendedValues("value_up", scratch.merged(), step.array(), values));
        return steps.steps();
    }

    private void inLanes(StepList steps, AttentionBuffers.Absorbed scratch) {
        MlaConfig c = shape.config();
        Capacity capacity = step.capacity();
        Grid groups = Grid.loop(capacity.tokens() * shape.headGroups());
        steps.add("query_lanes", groups, QueryLanes::heads, scratch.packed(), buffers.query(), buffers.cosines(),
                buffers.sines(), step.array(), step.tokensAt(), c.numHeads(), shape.latentVectors(),
                shape.nopeVectors(), c.qkRopeHeadDim(), shape.queryColumns() / Padding.LANES, (float) c.softmaxScale(),
                shape.layout(), scratch.queries());
        latentAttention(steps, scratch);
        steps.add("split_merge", groups, SplitMerge::lanes, scratch.partial(), step.array(), capacity.maxSplits(),
                c.numHeads(), shape.latentVectors(), scratch.merged());
    }

    /** Attention to all keys or, behind an indexer, to those that it chose: the layer's own or one before. */
    private void latentAttention(StepList steps, AttentionBuffers.Absorbed scratch) {
        MlaConfig c = shape.config();
        Capacity capacity = step.capacity();
        Grid units = Grid.loop(capacity.units());
        int most = c.indexer().map(IndexerConfig::topk).orElse(0);
        IntArray chosen = most > 0 ? buffers.index().chosen() : scratch.noChosen();
        switch (pool) {
            case LayerPool.Float32 floats -> steps.add("latent_attention", units, LatentAttention::split,
                    scratch.queries(), floats.rows(), scratch.mask(), chosen, most, step.array(), step.tokensAt(),
                    step.tablesAt(), capacity.tableLength(), capacity.pageTokens(), c.numHeads(), shape.latentVectors(),
                    shape.rowVectors(), scratch.partial());
            case LayerPool.Bfloat16 numbers -> steps.add("latent_attention", units, LatentAttentionBf16::split,
                    scratch.queries(), numbers.rows(), scratch.mask(), chosen, most, step.array(), step.tokensAt(),
                    step.tablesAt(), capacity.tableLength(), capacity.pageTokens(), c.numHeads(), shape.latentVectors(),
                    shape.rowVectors(), scratch.widened(), scratch.partial());
            case LayerPool.Int8 numbers -> steps.add("latent_attention", units, LatentAttentionInt8::split,
                    scratch.queries(), numbers.rows(), scratch.mask(), chosen, most, step.array(), step.tokensAt(),
                    step.tablesAt(), capacity.tableLength(), capacity.pageTokens(), c.numHeads(), shape.latentVectors(),
                    shape.rowVectors(), scratch.widened(), scratch.partial());
        }
    }

    /** Attention on keys and values expanded from the latents. */
    private List<Step> attendExpanded(FloatArray values) {
        MlaConfig c = shape.config();
        Capacity capacity = step.capacity();
        AttentionBuffers.Expanded scratch = buffers.expanded();
        StepList steps = new StepList();
        gather(steps, scratch);
        weights.kvB().product(steps, linear("kv_b", new Rows(scratch.latents(), shape.latentVectors() * Padding.LANES),
                StepLayout.EXPANDED_KEYS, weights.kvBBias(), false, scratch.rows(), shape.expandedColumns()));
        Grid tiles = Grid.loop(capacity.tiles() * c.numHeads());
        steps.add("query_lanes", tiles, QueryLanes::tokens, buffers.query(), buffers.cosines(), buffers.sines(),
                step.array(), step.tokensAt(), step.tilesAt(), c.numHeads(), shape.nopeVectors(), c.qkRopeHeadDim(),
                shape.queryColumns() / Padding.LANES, (float) c.softmaxScale(), shape.layout(), scratch.queries());
        steps.add("expanded_attention", tiles, ExpandedAttention::tiles, scratch.queries(), scratch.rows(),
                scratch.rotary(), scratch.mask(), step.array(), step.tokensAt(), step.tilesAt(), c.numHeads(),
                shape.nopeVectors(), shape.ropeVectors(), c.vHeadDim(), shape.expandedColumns() / Padding.LANES,
                scratch.state(), values);
        return steps.steps();
    }

    private void gather(StepList steps, AttentionBuffers.Expanded scratch) {
        Capacity capacity = step.capacity();
        Grid keys = Grid.loop(capacity.expandedKeys());
        switch (pool) {
            case LayerPool.Float32 floats ->
                steps.add("latent_gather", keys, LatentGather::rows, floats.rows(), step.array(), step.startsAt(),
                        capacity.sequences(), step.tablesAt(), capacity.tableLength(), capacity.pageTokens(),
                        shape.latentVectors(), shape.rowVectors(), scratch.latents(), scratch.rotary());
            case LayerPool.Bfloat16 numbers ->
                steps.add("latent_gather", keys, LatentGatherBf16::rows, numbers.rows(), step.array(), step.startsAt(),
                        capacity.sequences(), step.tablesAt(), capacity.tableLength(), capacity.pageTokens(),
                        shape.latentVectors(), shape.rowVectors(), scratch.latents(), scratch.rotary());
            case LayerPool.Int8 numbers ->
                steps.add("latent_gather", keys, LatentGatherInt8::rows, numbers.rows(), step.array(), step.startsAt(),
                        capacity.sequences(), step.tablesAt(), capacity.tableLength(), capacity.pageTokens(),
                        shape.latentVectors(), shape.rowVectors(), scratch.latents(), scratch.rotary());
        }
    }

    @Override
    public List<Step> output(Rows values, Rows y, boolean added) {
        StepList steps = new StepList();
        weights.o().product(steps, new Product("o", values, RowGroups.all(step.array(), StepLayout.TOKENS),
                weights.oBias(), shape.config().attentionBias(), y, added));
        return steps.steps();
    }

    private Product linear(String name, Rows x, int rowsAt, VectorFloat16 bias, boolean biased, VectorFloat16 y,
            int columns) {
        return new Product(name, x, RowGroups.all(step.array(), rowsAt), bias, biased,
                new Rows(y, columns / Padding.LANES), false);
    }

    private Grid tokens() {
        return Grid.loop(step.capacity().tokens());
    }
}
