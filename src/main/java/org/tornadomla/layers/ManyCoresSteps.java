package org.tornadomla.layers;

import java.util.List;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.kernels.GroupExpandedAttention;
import org.tornadomla.kernels.GroupGather;
import org.tornadomla.kernels.GroupGatherBf16;
import org.tornadomla.kernels.GroupLatentAttention;
import org.tornadomla.kernels.GroupLatentAttentionBf16;
import org.tornadomla.kernels.GroupLatentWrite;
import org.tornadomla.kernels.GroupLatentWriteBf16;
import org.tornadomla.kernels.GroupMerge;
import org.tornadomla.kernels.GroupPositionScale;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.weights.HeadQueries;
import org.tornadomla.weights.HeadValues;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The steps of an attention layer for many cores. The way of queries into the latent space stands in {@code project},
 * where a round that expands keys skips it, so that the expansion is on the device before the ways part.
 *
 * @param shape   sizes of the layer
 * @param weights the layer's weights
 * @param buffers what layers share
 * @param step    what changes between rounds
 * @param pool    the layer's latent pool
 * @param groups  how work-items stand in groups
 */
record ManyCoresSteps(AttentionShape shape, ManyCoresWeights weights, ManyCoresBuffers buffers, StepBuffer step,
        LayerPool pool, WorkGroups groups) implements AttentionSteps {

    private MlaConfig config() {
        return shape.config();
    }

    private int queryWidth() {
        return config().numHeads() * config().qkHeadDim();
    }

    private int headRows() {
        return config().qkNopeHeadDim() + config().vHeadDim();
    }

    @Override
    public List<Step> project(Rows x) {
        MlaConfig c = config();
        StepList steps = new StepList(groups);
        Rows query = x;
        if (c.qLoraRank() > 0) {
            query = new Rows(buffers.compressed(), c.qLoraRank());
            weights.qA().product(steps,
                    linear("q_a", x, StepLayout.TOKENS, weights.qABias(), c.attentionBias(), query));
            query = c.queryNorm() ? query.normed(weights.qANorm(), (float) c.rmsNormEps()) : query;
        }
        weights.q().product(steps, linear("q_b", query, StepLayout.TOKENS, weights.none(), false,
                new Rows(buffers.query(), queryWidth())));
        c.queryGrowth()
                .ifPresent(growth -> steps.add("q_growth", items((long) step.capacity().tokens() * queryWidth()),
                        GroupPositionScale::rows, new KernelContext(), weights.growth(), step.array(), step.tokensAt(),
                        growth.span(), queryWidth(), queryWidth(), buffers.query()));
        weights.kvA().product(steps, linear("kv_a", x, StepLayout.CONTEXT_TOKENS, weights.kvABias(), c.attentionBias(),
                new Rows(buffers.latent(), c.kvLoraRank() + c.qkRopeHeadDim())));
        write(steps);
        weights.kvB().absorbedQuery(steps,
                new HeadQueries("absorbed_query", buffers.query(), queryWidth(), c.qkHeadDim(), step.array(),
                        c.numHeads(), c.qkNopeHeadDim(), headRows(), (float) c.softmaxScale(), buffers.packed()));
        return steps.steps();
    }

    private void write(StepList steps) {
        MlaConfig c = config();
        Grid writes = groups.grid(step.capacity().writes());
        int stride = c.kvLoraRank() + c.qkRopeHeadDim();
        int normalise = c.latentNorm() ? 1 : 0;
        float eps = (float) c.rmsNormEps();
        switch (pool) {
            case LayerPool.Float32 floats ->
                steps.add("latent_write", writes, GroupLatentWrite::rows, new KernelContext(), buffers.latent(),
                        weights.kvANorm(), buffers.angles(), step.array(), step.writesAt(), c.kvLoraRank(),
                        c.qkRopeHeadDim(), stride, normalise, eps, shape.layout(), floats.rows().getArray());
            case LayerPool.Bfloat16 numbers ->
                steps.add("latent_write", writes, GroupLatentWriteBf16::rows, new KernelContext(), buffers.latent(),
                        weights.kvANorm(), buffers.angles(), step.array(), step.writesAt(), c.kvLoraRank(),
                        c.qkRopeHeadDim(), stride, normalise, eps, shape.layout(), numbers.rows().getArray());
        }
    }

    @Override
    public List<Step> attend(Attending way, Rows values) {
        return way == Attending.ABSORBED ? attendAbsorbed(values.floats()) : attendExpanded(values.floats());
    }

    /** Attention on the latents themselves. */
    private List<Step> attendAbsorbed(FloatArray values) {
        MlaConfig c = config();
        Capacity capacity = step.capacity();
        StepList steps = new StepList(groups);
        int statisticsAt = capacity.units() * c.numHeads() * c.kvLoraRank();
        latentAttention(steps, statisticsAt);
        steps.add("split_merge", items((long) capacity.tokens() * c.numHeads() * c.kvLoraRank()), GroupMerge::rows,
                new KernelContext(), buffers.partial(), step.array(), capacity.maxSplits(), c.numHeads(),
                c.kvLoraRank(), statisticsAt, buffers.merged());
        weights.kvB().valueUp(steps, new HeadValues("value_up", buffers.merged(), step.array(), c.numHeads(),
                c.vHeadDim(), headRows(), c.qkNopeHeadDim(), values));
        return steps.steps();
    }

    private void latentAttention(StepList steps, int statisticsAt) {
        MlaConfig c = config();
        Capacity capacity = step.capacity();
        Grid units = groups.grid((long) capacity.units() * GroupLatentAttention.slices(c.numHeads())
                * GroupLatentAttention.parts(c.kvLoraRank(), groups.items()));
        switch (pool) {
            case LayerPool.Float32 floats -> steps.add("latent_attention", units, GroupLatentAttention::split,
                    new KernelContext(), buffers.packed(), buffers.query(), buffers.angles(), floats.rows().getArray(),
                    buffers.mask(), step.array(), step.tokensAt(), step.tablesAt(), capacity.tableLength(),
                    capacity.pageTokens(), c.numHeads(), c.qkNopeHeadDim(), c.kvLoraRank(), c.qkRopeHeadDim(),
                    queryWidth(), (float) c.softmaxScale(), shape.layout(), statisticsAt, buffers.partial());
            case LayerPool.Bfloat16 numbers -> steps.add("latent_attention", units, GroupLatentAttentionBf16::split,
                    new KernelContext(), buffers.packed(), buffers.query(), buffers.angles(), numbers.rows().getArray(),
                    buffers.mask(), step.array(), step.tokensAt(), step.tablesAt(), capacity.tableLength(),
                    capacity.pageTokens(), c.numHeads(), c.qkNopeHeadDim(), c.kvLoraRank(), c.qkRopeHeadDim(),
                    queryWidth(), (float) c.softmaxScale(), shape.layout(), statisticsAt, buffers.partial());
        }
    }

    /** Attention on keys and values expanded from the latents. */
    private List<Step> attendExpanded(FloatArray values) {
        MlaConfig c = config();
        Capacity capacity = step.capacity();
        ManyCoresBuffers.Expanded scratch = buffers.expanded();
        StepList steps = new StepList(groups);
        gather(steps, scratch);
        int width = c.numHeads() * headRows();
        weights.kvB().product(steps, linear("kv_b", new Rows(scratch.latents(), c.kvLoraRank()),
                StepLayout.EXPANDED_KEYS, weights.none(), false, new Rows(scratch.rows(), width)));
        Grid tiles = groups.grid((long) capacity.tiles() * c.numHeads());
        steps.add("expanded_attention", tiles, GroupExpandedAttention::tiles, new KernelContext(), buffers.query(),
                scratch.rows(), scratch.rotary(), buffers.angles(), scratch.mask(), step.array(), step.tokensAt(),
                step.tilesAt(), c.numHeads(), c.qkNopeHeadDim(), c.qkRopeHeadDim(), c.vHeadDim(), queryWidth(), width,
                c.numHeads() * c.vHeadDim(), (float) c.softmaxScale(), shape.layout(), values);
        return steps.steps();
    }

    private void gather(StepList steps, ManyCoresBuffers.Expanded scratch) {
        MlaConfig c = config();
        Capacity capacity = step.capacity();
        Grid keys = items((long) capacity.expandedKeys() * (c.kvLoraRank() + c.qkRopeHeadDim()));
        switch (pool) {
            case LayerPool.Float32 floats ->
                steps.add("latent_gather", keys, GroupGather::rows, new KernelContext(), floats.rows().getArray(),
                        step.array(), step.startsAt(), capacity.sequences(), step.tablesAt(), capacity.tableLength(),
                        capacity.pageTokens(), c.kvLoraRank(), c.qkRopeHeadDim(), scratch.latents(), scratch.rotary());
            case LayerPool.Bfloat16 numbers ->
                steps.add("latent_gather", keys, GroupGatherBf16::rows, new KernelContext(), numbers.rows().getArray(),
                        step.array(), step.startsAt(), capacity.sequences(), step.tablesAt(), capacity.tableLength(),
                        capacity.pageTokens(), c.kvLoraRank(), c.qkRopeHeadDim(), scratch.latents(), scratch.rotary());
        }
    }

    @Override
    public List<Step> output(Rows values, Rows y, boolean added) {
        StepList steps = new StepList(groups);
        weights.o().product(steps, new Product("o", values, RowGroups.all(step.array(), StepLayout.TOKENS),
                weights.oBias(), config().attentionBias(), y, added));
        return steps.steps();
    }

    private Product linear(String name, Rows x, int rowsAt, FloatArray bias, boolean biased, Rows y) {
        return new Product(name, x, RowGroups.all(step.array(), rowsAt), bias, biased, y, false);
    }

    /** The grid of a kernel that has a number for each work-item. */
    private Grid items(long numbers) {
        return groups.grid(Math.ceilDiv(numbers, groups.items()));
    }
}
