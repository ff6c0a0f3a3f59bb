package org.tornadomla.layers;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.IndexerConfig;
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
import org.tornadomla.kernels.GroupGatherInt8;
import org.tornadomla.kernels.GroupLatentAttention;
import org.tornadomla.kernels.GroupLatentWriteInt8;
import org.tornadomla.kernels.GroupPool;
import org.tornadomla.kernels.GroupPositionScale;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.weights.HeadQueries;
import org.tornadomla.weights.HeadValues;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

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
 * @param index   the layer's own indexer; null where it has none
 */
record ManyCoresSteps(AttentionShape shape, ManyCoresWeights weights, ManyCoresBuffers buffers, StepBuffer step,
        LayerPool pool, WorkGroups groups, @Nullable ManyCoresIndex index) implements AttentionSteps {

    private MlaConfig config() {
        return shape.config();
    }

    private int headsWidth() {
        return config().numHeads() * config().qkHeadDim();
    }

    private int headRows() {
        return config().qkNopeHeadDim() + config().vHeadDim();
    }

    /** Rows of queries, as products left them. */
    private Rows query() {
        return config().qLoraRank() > 0 ? new Rows(buffers.query(), headsWidth()) : projected();
    }

    /** What the first product leaves: a query or its compressed form, and where they are joined latent and key. */
    private Rows projected() {
        int latent = weights.isJoined() ? ManyCoresBuffers.latentWidth(config()) : 0;
        return new Rows(buffers.projected(), ManyCoresBuffers.queryWidth(config()) + latent);
    }

    /** Rows that end with latent and rotary key. */
    private Rows latents() {
        return weights.isJoined() ? projected() : new Rows(buffers.latent(), ManyCoresBuffers.latentWidth(config()));
    }

    @Override
    public List<Step> project(Rows x) {
        MlaConfig c = config();
        StepList steps = new StepList(groups);
        if (weights.isJoined()) {
            weights.in().product(steps,
                    linear("q_kv", x, StepLayout.PROJECTED_TOKENS, weights.inBias(), c.attentionBias(), projected()));
        } else {
            weights.in().product(steps, linear("q", x, StepLayout.TOKENS, weights.inBias(),
                    c.attentionBias() && c.qLoraRank() > 0, projected()));
            weights.kvA().product(steps,
                    linear("kv_a", x, StepLayout.CONTEXT_TOKENS, weights.kvABias(), c.attentionBias(), latents()));
        }
        if (c.qLoraRank() > 0) {
            Rows compressed = c.queryNorm()
                    ? projected().normed(weights.qANorm(), (float) c.rmsNormEps())
                    : projected();
            weights.qB().product(steps, linear("q_b", compressed, StepLayout.TOKENS, weights.none(), false, query()));
            if (index != null) {
                index.project(steps, x, compressed, weights.none());
            }
        }
        c.queryGrowth()
                .ifPresent(growth -> steps.add("q_growth", items((long) step.capacity().tokens() * headsWidth()),
                        GroupPositionScale::rows, new KernelContext(), weights.growth(), step.array(), step.tokensAt(),
                        growth.span(), headsWidth(), query().stride(), query().floats()));
        if (pool instanceof LayerPool.Int8 numbers) {
            HeadQueries.PoolWrite write = write();
            steps.add("latent_write", groups.grid(step.capacity().writes()), GroupLatentWriteInt8::rows,
                    new KernelContext(), write.kv(), write.norm(), write.angles(), step.array(), c.kvLoraRank(),
                    c.qkRopeHeadDim(), write.stride(), write.flags(), numbers.rows().getArray());
        }
        weights.kvB().absorbedQuery(steps, new HeadQueries("absorbed_query", query().floats(), query().stride(),
                c.qkHeadDim(), step.array(), c.numHeads(), c.qkNopeHeadDim(), headRows(), write(), buffers.packed()));
        return steps.steps();
    }

    private HeadQueries.PoolWrite write() {
        int flags = poolFlags() + (config().latentNorm() ? GroupPool.NORMALISE : 0);
        return new HeadQueries.PoolWrite(latents().floats(), latents().stride(), weights.kvANorm(), buffers.angles(),
                flags, floats(), pairs());
    }

    private int poolFlags() {
        return shape.layout() + switch (pool) {
            case LayerPool.Float32 _ -> 0;
            case LayerPool.Bfloat16 _ -> GroupPool.NARROW;
            case LayerPool.Int8 _ -> GroupPool.BYTES;
        };
    }

    /** Keys that an indexer chose, the layer's own or one before. */
    private IntArray chosen() {
        return buffers.index() != null && config().indexer().isPresent()
                ? buffers.index().chosen()
                : buffers.noChosen();
    }

    private FloatArray floats() {
        return pool instanceof LayerPool.Float32 floats ? floats.rows().getArray() : buffers.noPool();
    }

    private IntArray pairs() {
        return switch (pool) {
            case LayerPool.Float32 _ -> buffers.noPairs();
            case LayerPool.Bfloat16 numbers -> numbers.rows().getArray();
            case LayerPool.Int8 numbers -> numbers.rows().getArray();
        };
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
        if (index != null) {
            index.choose(steps);
        }
        int statisticsAt = capacity.units() * c.numHeads() * c.kvLoraRank();
        Grid units = groups.grid((long) capacity.units() * GroupLatentAttention.slices(c.numHeads())
                * GroupLatentAttention.parts(c.kvLoraRank(), groups.items()));
        steps.add("latent_attention", units, GroupLatentAttention::split, new KernelContext(), buffers.packed(),
                query().floats(), buffers.angles(), floats(), pairs(), buffers.mask(), step.array(), chosen(),
                c.indexer().map(IndexerConfig::topk).orElse(0), capacity.pageTokens(), c.numHeads(), c.qkNopeHeadDim(),
                c.kvLoraRank(), c.qkRopeHeadDim(), query().stride(), (float) c.softmaxScale(), poolFlags(),
                statisticsAt, buffers.partial());
        weights.kvB().valueUp(steps, new HeadValues("value_up", buffers.partial(), statisticsAt, capacity.maxSplits(),
                step.array(), c.numHeads(), c.vHeadDim(), headRows(), c.qkNopeHeadDim(), values));
        return steps.steps();
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
        steps.add("expanded_attention", tiles, GroupExpandedAttention::tiles, new KernelContext(), query().floats(),
                scratch.rows(), scratch.rotary(), buffers.angles(), scratch.mask(), step.array(), step.tokensAt(),
                step.tilesAt(), c.numHeads(), c.qkNopeHeadDim(), c.qkRopeHeadDim(), c.vHeadDim(), query().stride(),
                width, c.numHeads() * c.vHeadDim(), (float) c.softmaxScale(), shape.layout(), values);
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
            case LayerPool.Int8 numbers ->
                steps.add("latent_gather", keys, GroupGatherInt8::rows, new KernelContext(), numbers.rows().getArray(),
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
