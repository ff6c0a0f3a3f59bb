package org.tornadomla.layers;

import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.IndexerConfig;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.PackedMatrix;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The weights of a sparse attention's indexer, in 32-bit numbers, since a rounding could choose another key.
 *
 * @param queries projection of the compressed query, heads padded to vectors
 * @param keys    projection of tokens to keys
 * @param weights projection of tokens to the weights of heads
 * @param norm    [2, index_head_dim] floats: weight and bias of the keys' norm
 */
public record IndexWeights(PackedMatrix queries, PackedMatrix keys, PackedMatrix weights,
        FloatArray norm) implements PackedIndex {

    /** Vectors of a head or key. */
    static int vectors(IndexerConfig indexer) {
        return Padding.vectors(indexer.headDim());
    }

    /** Output columns of all heads. */
    static int queryColumns(IndexerConfig indexer) {
        return Padding.toMultiple(indexer.heads() * vectors(indexer) * Padding.LANES, MatMul.BLOCK);
    }

    /** Output columns of a key. */
    static int keyColumns(IndexerConfig indexer) {
        return Padding.toMultiple(indexer.headDim(), MatMul.BLOCK);
    }

    /** Output columns of the heads' weights; lanes behind the last head are 0. */
    static int weightColumns(IndexerConfig indexer) {
        return Padding.toMultiple(indexer.heads(), MatMul.BLOCK);
    }

    /**
     * Packs an indexer's weights.
     *
     * @param source gives weights by their names without the attention's prefix
     * @param exact  packs in 32-bit numbers
     */
    static IndexWeights pack(MlaConfig config, NamedWeights source, MatrixPacker exact) {
        IndexerConfig indexer = config.indexer().orElseThrow();
        NamedWeights own = source.under(AttentionBlock.INDEXER);
        int width = vectors(indexer) * Padding.LANES;
        int dim = indexer.headDim();
        return new IndexWeights(
                exact.columns("index queries", own.matrix("wq_b.weight"), queryColumns(indexer),
                        column -> column / width < indexer.heads() && column % width < dim
                                ? column / width * dim + column % width
                                : -1),
                exact.columns("index keys", own.matrix("wk.weight"), keyColumns(indexer), i -> i < dim ? i : -1),
                exact.columns("index weights", own.matrix("weights_proj.weight"), weightColumns(indexer),
                        i -> i < indexer.heads() ? i : -1),
                norm(own, dim));
    }

    /** Weight and bias of the keys' norm behind each other. */
    static FloatArray norm(NamedWeights own, int dim) {
        FloatArray norm = new FloatArray(2 * dim);
        float[] weight = own.read("k_norm.weight");
        float[] bias = own.read("k_norm.bias");
        for (int i = 0; i < dim; i++) {
            norm.set(i, weight[i]);
            norm.set(dim + i, bias[i]);
        }
        return norm;
    }

    /** Bytes of what {@link #pack} makes. */
    static long bytes(MlaConfig config, MatrixPacker exact) {
        IndexerConfig indexer = config.indexer().orElseThrow();
        return exact.bytes(1, queryColumns(indexer), config.qLoraRank())
                + exact.bytes(1, keyColumns(indexer), config.hiddenSize())
                + exact.bytes(1, weightColumns(indexer), config.hiddenSize()) + 2L * indexer.headDim() * Float.BYTES;
    }

    @Override
    public void register(Buffers buffers, String prefix) {
        queries.register(buffers, prefix + "w_index_q");
        keys.register(buffers, prefix + "w_index_k");
        weights.register(buffers, prefix + "w_index_weights");
        buffers.add(prefix + "n_index", Role.WEIGHT, norm);
    }
}
