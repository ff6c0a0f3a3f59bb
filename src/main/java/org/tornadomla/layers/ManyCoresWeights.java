package org.tornadomla.layers;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.QueryGrowth;
import org.tornadomla.graph.Buffers;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.PackedMatrix;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The weights of one attention layer for many cores: rows as published, without padding. The expansion serves both ways
 * of attending, so that keys and values stand on the device once.
 *
 * @param arrays by the names of their buffers; those that the layer does not have are a number that no kernel reads
 */
record ManyCoresWeights(WeightSet arrays) implements PackedAttention {

    private static final String Q_A = "w_q_a";
    private static final String Q_A_BIAS = "b_q_a";
    private static final String Q_A_NORM = "n_q_a";
    private static final String Q = "w_q";
    private static final String KV_A = "w_kv_a";
    private static final String KV_A_BIAS = "b_kv_a";
    private static final String KV_A_NORM = "n_kv_a";
    private static final String KV_B = "w_kv_b";
    private static final String GROWTH = "q_growth";
    private static final String O = "w_o";
    private static final String O_BIAS = "b_o";
    private static final String NONE = "none";

    /**
     * Packs a layer's weights.
     *
     * @param packer packs the weights of matrix products; all others stay in 32-bit numbers
     * @throws org.tornadomla.error.ShapeException when a weight does not fit the configuration
     */
    static ManyCoresWeights pack(MlaConfig c, MlaWeights weights, MatrixPacker packer) {
        weights.check(c);
        WeightSet arrays = new WeightSet();
        if (c.qLoraRank() > 0) {
            arrays.add(Q_A, packer.of(AttentionWeights.Q_A_WEIGHT).columns("query down-projection", weights.qA(),
                    c.qLoraRank(), i -> i));
            arrays.add(Q_A_BIAS, floats(weights.qABias()));
            arrays.add(Q_A_NORM, floats(AttentionWeights.scaled(weights.qANorm(), c.queryScale())));
        }
        Matrix query = c.qLoraRank() > 0 ? weights.qB() : weights.qProj();
        arrays.add(Q,
                packer.of(AttentionWeights.queryWeight(c)).columns("query projection", query, query.rows(), i -> i));
        arrays.add(KV_A, packer.of(AttentionWeights.KV_A_WEIGHT).columns("latent projection", weights.kvA(),
                weights.kvA().rows(), i -> i));
        arrays.add(KV_A_BIAS, floats(weights.kvABias()));
        arrays.add(KV_A_NORM, floats(AttentionWeights.scaled(weights.kvANorm(), c.latentScale())));
        c.queryGrowth().ifPresent(growth -> arrays.add(GROWTH, growth(growth)));
        arrays.add(KV_B, packer.apart().of(AttentionWeights.KV_B_WEIGHT).columns("expansion", weights.kvB(),
                weights.kvB().rows(), i -> i));
        arrays.add(O,
                packer.of(AttentionWeights.O_WEIGHT).columns("output projection", weights.o(), c.hiddenSize(), i -> i));
        arrays.add(O_BIAS, floats(weights.oBias()));
        arrays.add(NONE, floats(null));
        return new ManyCoresWeights(arrays);
    }

    private static FloatArray floats(float[] values) {
        return values == null ? new FloatArray(1) : FloatArray.fromArray(values);
    }

    private static FloatArray growth(QueryGrowth growth) {
        float[] factors = new float[growth.spans()];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) growth.factor(Math.multiplyExact(i, growth.span()));
        }
        return floats(factors);
    }

    /** Bytes of what {@link #pack} makes for a configuration. */
    static long bytes(MlaConfig c, MatrixPacker packer) {
        boolean compressed = c.qLoraRank() > 0;
        int heads = c.numHeads();
        long products = packer.of(AttentionWeights.queryWeight(c)).bytes(1, heads * c.qkHeadDim(),
                compressed ? c.qLoraRank() : c.hiddenSize())
                + packer.of(AttentionWeights.KV_A_WEIGHT).bytes(1, c.kvLoraRank() + c.qkRopeHeadDim(), c.hiddenSize())
                + packer.apart().of(AttentionWeights.KV_B_WEIGHT).bytes(1, heads * (c.qkNopeHeadDim() + c.vHeadDim()),
                        c.kvLoraRank())
                + packer.of(AttentionWeights.O_WEIGHT).bytes(1, c.hiddenSize(), heads * c.vHeadDim())
                + (compressed ? packer.of(AttentionWeights.Q_A_WEIGHT).bytes(1, c.qLoraRank(), c.hiddenSize()) : 0);
        long floats = 1L + (c.attentionBias() ? c.kvLoraRank() + c.qkRopeHeadDim() : 1)
                + (c.attentionBias() ? c.hiddenSize() : 1) + (c.latentNorm() ? c.kvLoraRank() : 1);
        if (compressed) {
            floats += (c.attentionBias() ? c.qLoraRank() : 1) + (c.queryNorm() ? c.qLoraRank() : 1);
        }
        return products + (floats + c.queryGrowth().map(QueryGrowth::spans).orElse(0)) * Float.BYTES;
    }

    /** Query down-projection. */
    PackedMatrix qA() {
        return arrays.matrix(Q_A);
    }

    /** Bias of the query down-projection. */
    FloatArray qABias() {
        return arrays.floats(Q_A_BIAS);
    }

    /** Weight of the compressed query's norm. */
    FloatArray qANorm() {
        return arrays.floats(Q_A_NORM);
    }

    /** Query up-projection, or the whole projection. */
    PackedMatrix q() {
        return arrays.matrix(Q);
    }

    /** Down-projection of latent and rotary key. */
    PackedMatrix kvA() {
        return arrays.matrix(KV_A);
    }

    /** Bias of the down-projection of latent and rotary key. */
    FloatArray kvABias() {
        return arrays.floats(KV_A_BIAS);
    }

    /** Weight of the latent's norm. */
    FloatArray kvANorm() {
        return arrays.floats(KV_A_NORM);
    }

    /** The expansion: for each head rows of W_UK, then of W_UV. */
    PackedMatrix kvB() {
        return arrays.matrix(KV_B);
    }

    /** Factors on queries by spans of positions, where the layer has them. */
    FloatArray growth() {
        return arrays.floats(GROWTH);
    }

    /** Output projection. */
    PackedMatrix o() {
        return arrays.matrix(O);
    }

    /** Bias of the output projection. */
    FloatArray oBias() {
        return arrays.floats(O_BIAS);
    }

    /** Stands for a bias where there is none. */
    FloatArray none() {
        return arrays.floats(NONE);
    }

    @Override
    public void register(Buffers buffers, String prefix) {
        arrays.register(buffers, prefix);
    }
}
