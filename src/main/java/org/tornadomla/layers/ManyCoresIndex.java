package org.tornadomla.layers;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.IndexerConfig;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.kernels.GroupIndexChoice;
import org.tornadomla.kernels.GroupIndexRows;
import org.tornadomla.kernels.GroupIndexScores;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The steps of a layer's own indexer for many cores.
 *
 * @param config  of the layer
 * @param weights packed
 * @param shared  what all layers share
 * @param step    what changes between rounds
 * @param pool    of the indexer's keys, in 32-bit numbers whatever the cache is in
 * @param groups  how work-items stand in groups
 */
record ManyCoresIndex(MlaConfig config, ManyCoresIndexWeights weights, ManyCoresBuffers shared, StepBuffer step,
        LayerPool pool, WorkGroups groups) {

    private IndexerConfig indexer() {
        return config.indexer().orElseThrow();
    }

    private ManyCoresIndexBuffers buffers() {
        return shared.index();
    }

    private FloatArray keys() {
        if (pool instanceof LayerPool.Float32 floats) {
            return floats.rows().getArray();
        }
        throw new ConfigurationException("the keys of an indexer are cached in 32-bit numbers, not in " + pool);
    }

    /**
     * Projections, the write of the keys, and queries after rotation.
     *
     * @param x          the layer's tokens
     * @param compressed their queries before the up-projection, normed
     * @param none       stands for a bias
     */
    void project(StepList steps, Rows x, Rows compressed, FloatArray none) {
        int width = ManyCoresIndexWeights.width(indexer());
        int queryWidth = indexer().heads() * indexer().headDim();
        product(steps, "index_q", weights.queries(), compressed, none, new Rows(buffers().queries(), queryWidth));
        product(steps, "index_k", weights.tokens(), x, none, new Rows(buffers().projected(), width));
        Capacity capacity = step.capacity();
        steps.add("index_rows", groups.grid(Math.max(capacity.writes(), (long) capacity.tokens() * indexer().heads())),
                GroupIndexRows::rows, new KernelContext(), buffers().projected(), weights.norm(), buffers().queries(),
                shared.angles(), step.array(), indexer().heads(), indexer().headDim(), config.qkRopeHeadDim(), width,
                (float) IndexerConfig.NORM_EPS, AttentionShape.layout(indexer().layout()), keys(), buffers().turned());
    }

    private void product(StepList steps, String name, PackedMatrix matrix, Rows x, FloatArray none, Rows y) {
        matrix.product(steps,
                new Product(name, x, RowGroups.all(step.array(), StepLayout.TOKENS), none, false, y, false));
    }

    /** Scores of all keys, and the choice of the best. */
    void choose(StepList steps) {
        Capacity capacity = step.capacity();
        int longest = buffers().longest();
        int width = ManyCoresIndexWeights.width(indexer());
        steps.add("index_scores", groups.grid((long) capacity.tokens() * GroupIndexScores.parts(longest)),
                GroupIndexScores::score, new KernelContext(), buffers().turned(), buffers().projected(), keys(),
                step.array(), capacity.pageTokens(), indexer().heads(), indexer().headDim(), indexer().headDim(), width,
                indexer().topk(), longest, (float) indexer().scale(), buffers().scores());
        steps.add("index_choice", groups.grid(capacity.tokens()), GroupIndexChoice::tokens, new KernelContext(),
                buffers().scores(), step.array(), indexer().topk(), longest, buffers().chosen());
    }
}
