package org.tornadomla.layers;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.IndexerConfig;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.IndexChoice;
import org.tornadomla.kernels.IndexKeys;
import org.tornadomla.kernels.IndexQueries;
import org.tornadomla.kernels.IndexScores;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The steps of a layer's own indexer.
 *
 * @param config  of the layer
 * @param weights packed
 * @param shared  what all layers share
 * @param step    what changes between rounds
 * @param pool    of the indexer's keys, in 32-bit numbers whatever the cache is in
 */
record IndexGraphs(MlaConfig config, IndexWeights weights, AttentionBuffers shared, StepBuffer step, LayerPool pool) {

    private IndexerConfig indexer() {
        return config.indexer().orElseThrow();
    }

    private VectorFloat16 keys() {
        if (pool instanceof LayerPool.Float32 floats) {
            return floats.rows();
        }
        throw new ConfigurationException("the keys of an indexer are cached in 32-bit numbers, not in " + pool);
    }

    /** Projections, queries in lanes, and the write of the keys. */
    void project(StepList steps, Rows x, VectorFloat16 none) {
        IndexBuffers buffers = shared.index();
        Rows compressed = new Rows(shared.normed(), Padding.toVectors(config.qLoraRank()));
        product(steps, "index_q", weights.queries(), compressed, none, buffers.queries(),
                IndexWeights.queryColumns(indexer()));
        product(steps, "index_k", weights.keys(), x, none, buffers.keys(), IndexWeights.keyColumns(indexer()));
        product(steps, "index_weights", weights.weights(), x, none, buffers.weights(),
                IndexWeights.weightColumns(indexer()));
        steps.add("index_write", Grid.loop(step.capacity().writes()), IndexKeys::rows, buffers.keys(), weights.norm(),
                shared.cosines(), shared.sines(), step.array(), step.writesAt(), indexer().headDim(),
                config.qkRopeHeadDim(), IndexWeights.keyColumns(indexer()) / Padding.LANES,
                (float) IndexerConfig.NORM_EPS, AttentionShape.layout(indexer().layout()), keys());
        steps.add("index_lanes", Grid.loop(step.capacity().tokens()), IndexQueries::tokens, buffers.queries(),
                shared.cosines(), shared.sines(), step.array(), step.tokensAt(), indexer().heads(),
                IndexWeights.vectors(indexer()), config.qkRopeHeadDim(),
                IndexWeights.queryColumns(indexer()) / Padding.LANES, AttentionShape.layout(indexer().layout()),
                buffers.lanes());
    }

    private void product(StepList steps, String name, PackedMatrix matrix, Rows x, VectorFloat16 none, VectorFloat16 y,
            int columns) {
        matrix.product(steps, new Product(name, x, RowGroups.all(step.array(), StepLayout.TOKENS), none, false,
                new Rows(y, columns / Padding.LANES), false));
    }

    /** Scores of all keys, and the choice of the best. */
    void choose(StepList steps) {
        IndexBuffers buffers = shared.index();
        Capacity capacity = step.capacity();
        int vectors = IndexWeights.vectors(indexer());
        steps.add("index_scores", Grid.loop(capacity.units()), IndexScores::split, buffers.lanes(), buffers.weights(),
                keys(), step.array(), step.tokensAt(), step.tablesAt(), capacity.tableLength(), capacity.pageTokens(),
                indexer().heads(), vectors, IndexWeights.weightColumns(indexer()) / Padding.LANES, buffers.longest(),
                (float) indexer().scale(), buffers.state(), buffers.scores());
        steps.add("index_choice", Grid.loop(capacity.tokens()), IndexChoice::tokens, buffers.scores(), step.array(),
                step.tokensAt(), indexer().topk(), buffers.longest(), buffers.spare(), buffers.chosen());
    }
}
