package org.tornadomla.layers;

import java.util.Arrays;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.QueryGrowth;
import org.tornadomla.graph.Buffers;
import org.jspecify.annotations.Nullable;
import org.tornadomla.tensor.Matrices;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.PackedMatrix;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The weights of one attention layer for many cores: rows as published, without padding. What queries and latents are
 * projected with stands in one matrix, rows of the query first, unless a file holds them in different formats. The
 * expansion serves both ways of attending, so that keys and values stand on the device once.
 *
 * @param arrays by the names of their buffers; those that the layer does not have are a number that no kernel reads
 */
record ManyCoresWeights(WeightSet arrays) implements PackedAttention {

    private static final String IN = "w_in";
    private static final String IN_BIAS = "b_in";
    private static final String Q_A_NORM = "n_q_a";
    private static final String Q_B = "w_q_b";
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
        projection(arrays, c, weights, packer);
        if (c.qLoraRank() > 0) {
            arrays.add(Q_A_NORM, floats(AttentionWeights.scaled(weights.qANorm(), c.queryScale())));
            arrays.add(Q_B, packer.of(AttentionWeights.queryWeight(c)).columns("query projection", weights.qB(),
                    weights.qB().rows(), i -> i));
        }
        arrays.add(KV_A_NORM, latentNorm(c, weights));
        c.queryGrowth().ifPresent(growth -> arrays.add(GROWTH, growth(growth)));
        arrays.add(KV_B, packer.of(AttentionWeights.KV_B_WEIGHT).columns("expansion", weights.kvB(),
                weights.kvB().rows(), i -> i));
        arrays.add(O,
                packer.of(AttentionWeights.O_WEIGHT).columns("output projection", weights.o(), c.hiddenSize(), i -> i));
        arrays.add(O_BIAS, floats(weights.oBias()));
        arrays.add(NONE, floats(null));
        return new ManyCoresWeights(arrays);
    }

    /** The matrix that tokens are multiplied with first, or the two that it would be made of. */
    private static void projection(WeightSet arrays, MlaConfig c, MlaWeights weights, MatrixPacker packer) {
        boolean compressed = c.qLoraRank() > 0;
        Matrix query = compressed ? weights.qA() : weights.qProj();
        if (isJoined(c, packer)) {
            arrays.add(IN,
                    packer.of(queryName(c), AttentionWeights.KV_A_WEIGHT).columns("projection of query and latent",
                            Matrices.stacked(query, weights.kvA()), query.rows() + weights.kvA().rows(), i -> i));
            arrays.add(IN_BIAS, floats(joinedBias(c, weights, query.rows())));
            return;
        }
        arrays.add(IN, packer.of(queryName(c)).columns("projection of the query", query, query.rows(), i -> i));
        arrays.add(IN_BIAS, floats(compressed ? weights.qABias() : null));
        arrays.add(KV_A, packer.of(AttentionWeights.KV_A_WEIGHT).columns("latent projection", weights.kvA(),
                weights.kvA().rows(), i -> i));
        arrays.add(KV_A_BIAS, floats(weights.kvABias()));
    }

    /** Whether both parts are held in one format. */
    private static boolean isJoined(MlaConfig c, MatrixPacker packer) {
        return packer.of(queryName(c)).choice().of().equals(packer.of(AttentionWeights.KV_A_WEIGHT).choice().of());
    }

    private static String queryName(MlaConfig c) {
        return c.qLoraRank() > 0 ? AttentionWeights.Q_A_WEIGHT : AttentionWeights.queryWeight(c);
    }

    /** A query that is not compressed has no bias; zeros stand for it. */
    private static float @Nullable [] joinedBias(MlaConfig c, MlaWeights weights, int queryRows) {
        if (!c.attentionBias()) {
            return null;
        }
        float[] bias = new float[queryRows + weights.kvABias().length];
        if (c.qLoraRank() > 0) {
            System.arraycopy(weights.qABias(), 0, bias, 0, queryRows);
        }
        System.arraycopy(weights.kvABias(), 0, bias, queryRows, weights.kvABias().length);
        return bias;
    }

    /** The weights of the latent's norm with what it adds to the mean square behind them. */
    private static FloatArray latentNorm(MlaConfig c, MlaWeights weights) {
        if (!c.latentNorm()) {
            return floats(null);
        }
        float[] norm = Arrays.copyOf(AttentionWeights.scaled(weights.kvANorm(), c.latentScale()), c.kvLoraRank() + 1);
        norm[c.kvLoraRank()] = (float) c.rmsNormEps();
        return floats(norm);
    }

    private static FloatArray floats(float @Nullable [] values) {
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
        boolean joined = isJoined(c, packer);
        int heads = c.numHeads();
        int queryRows = ManyCoresBuffers.queryWidth(c);
        int latentRows = ManyCoresBuffers.latentWidth(c);
        long in = joined
                ? packer.of(queryName(c), AttentionWeights.KV_A_WEIGHT).bytes(1, queryRows + latentRows, c.hiddenSize())
                : packer.of(queryName(c)).bytes(1, queryRows, c.hiddenSize())
                        + packer.of(AttentionWeights.KV_A_WEIGHT).bytes(1, latentRows, c.hiddenSize());
        long products = in
                + packer.of(AttentionWeights.KV_B_WEIGHT).bytes(1, heads * (c.qkNopeHeadDim() + c.vHeadDim()),
                        c.kvLoraRank())
                + packer.of(AttentionWeights.O_WEIGHT).bytes(1, c.hiddenSize(), heads * c.vHeadDim())
                + (compressed
                        ? packer.of(AttentionWeights.queryWeight(c)).bytes(1, heads * c.qkHeadDim(), c.qLoraRank())
                        : 0);
        long floats = 1L + biases(c, joined) + (c.latentNorm() ? c.kvLoraRank() + 1 : 1);
        if (compressed) {
            floats += c.queryNorm() ? c.qLoraRank() : 1;
        }
        return products + (floats + c.queryGrowth().map(QueryGrowth::spans).orElse(0)) * Float.BYTES;
    }

    private static long biases(MlaConfig c, boolean joined) {
        if (!c.attentionBias()) {
            return joined ? 2 : 3;
        }
        int query = joined || c.qLoraRank() > 0 ? ManyCoresBuffers.queryWidth(c) : 1;
        return (long) query + ManyCoresBuffers.latentWidth(c) + c.hiddenSize();
    }

    /** Whether the first projection makes query and latent. */
    boolean isJoined() {
        return !arrays.has(KV_A);
    }

    /** The first projection: rows of the query, and those of the latent where they are joined. */
    PackedMatrix in() {
        return arrays.matrix(IN);
    }

    /** Bias of the first projection. */
    FloatArray inBias() {
        return arrays.floats(IN_BIAS);
    }

    /** Weight of the compressed query's norm. */
    FloatArray qANorm() {
        return arrays.floats(Q_A_NORM);
    }

    /** Query up-projection, where queries are compressed. */
    PackedMatrix qB() {
        return arrays.matrix(Q_B);
    }

    /** Down-projection of latent and rotary key, where it stands alone. */
    PackedMatrix kvA() {
        return arrays.matrix(KV_A);
    }

    /** Bias of the down-projection of latent and rotary key. */
    FloatArray kvABias() {
        return arrays.floats(KV_A_BIAS);
    }

    /** Weight of the latent's norm, and behind it what the norm adds to the mean square. */
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
