package org.tornadomla.layers;

import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.IndexerConfig;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.tensor.Matrices;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.PackedMatrix;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * {@link IndexWeights} for many cores: rows as published. What tokens are projected with stands in one matrix, first
 * the rows of the key, then one for the weight of each head.
 *
 * @param queries projection of the compressed query
 * @param tokens  projection of tokens to a key and the weights of heads
 * @param norm    [2, index_head_dim] floats: weight and bias of the keys' norm
 */
record ManyCoresIndexWeights(PackedMatrix queries, PackedMatrix tokens, FloatArray norm) implements PackedIndex {

    /** @param exact packs in 32-bit numbers */
    static ManyCoresIndexWeights pack(MlaConfig config, NamedWeights source, MatrixPacker exact) {
        IndexerConfig indexer = config.indexer().orElseThrow();
        NamedWeights own = source.under(AttentionBlock.INDEXER);
        return new ManyCoresIndexWeights(
                exact.columns("index queries", own.matrix("wq_b.weight"), indexer.heads() * indexer.headDim(), i -> i),
                exact.columns("index keys and weights",
                        Matrices.stacked(own.matrix("wk.weight"), own.matrix("weights_proj.weight")), width(indexer),
                        i -> i),
                IndexWeights.norm(own, indexer.headDim()));
    }

    /** Numbers that a token is projected to. */
    static int width(IndexerConfig indexer) {
        return indexer.headDim() + indexer.heads();
    }

    /** Bytes of what {@link #pack} makes. */
    static long bytes(MlaConfig config, MatrixPacker exact) {
        IndexerConfig indexer = config.indexer().orElseThrow();
        return exact.bytes(1, indexer.heads() * indexer.headDim(), config.qLoraRank())
                + exact.bytes(1, width(indexer), config.hiddenSize()) + 2L * indexer.headDim() * Float.BYTES;
    }

    @Override
    public void register(Buffers buffers, String prefix) {
        queries.register(buffers, prefix + "w_index_q");
        tokens.register(buffers, prefix + "w_index");
        buffers.add(prefix + "n_index", Role.WEIGHT, norm);
    }
}
