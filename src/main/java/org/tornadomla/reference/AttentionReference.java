package org.tornadomla.reference;

import java.util.Arrays;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ShapeException;

/**
 * Multi-head Latent Attention of one sequence (DeepSeek-V2, equations 37 to 47), in its two forms side by side. A query
 * that sees no key gives zeros before the output projection.
 */
public final class AttentionReference {

    private final MlaConfig config;
    private final MlaReferenceWeights weights;

    /** The two orders in which the same products can be taken. */
    public enum Form {
        /** Keys and values of every head are made from the latents first, as training does. */
        EXPANDED,
        /** W_UK goes into the query and W_UV behind the weighted sum, so that only latents are touched. */
        ABSORBED
    }

    /**
     * A layer's attention.
     *
     * @param config  sizes and options
     * @param weights the layer's weights
     */
    public AttentionReference(MlaConfig config, MlaReferenceWeights weights) {
        this.config = config;
        this.weights = weights;
    }

    /**
     * What a cache holds of some tokens: their normed latents and rotated keys.
     *
     * @param x         [rows, hidden_size], the tokens, or the context of cross-attention
     * @param positions position of each row
     * @return the rows
     */
    public LatentRows project(double[] x, int[] positions) {
        int rows = positions.length;
        int rank = config.kvLoraRank();
        int ropeDim = config.qkRopeHeadDim();
        double[] both = Operations.matmul(x, rows, weights.kvAProjWithMqa(), rank + ropeDim, config.hiddenSize(),
                weights.kvABias());
        double[] latents = columns(both, rank + ropeDim, 0, rank);
        if (config.latentNorm()) {
            latents = scaled(Operations.rmsNorm(latents, rows, weights.kvALayernorm(), config.rmsNormEps()),
                    config.latentScale());
        }
        double[] keys = columns(both, rank + ropeDim, rank, rank + ropeDim);
        return new LatentRows(latents, Operations.rotary(keys, positions, 1, ropeDim, config.rope()));
    }

    /**
     * Self-attention of a chunk of one sequence behind what is cached of it.
     *
     * @param x         [queries, hidden_size]
     * @param positions position of each query
     * @param cached    rows of the tokens before
     * @param mask      over cached and own keys, usually {@link ScoreMask#causal}
     * @param form      order of the products
     * @return [queries, hidden_size]
     */
    public double[] self(double[] x, int[] positions, LatentRows cached, ScoreMask mask, Form form) {
        return attend(x, positions, cached.append(project(x, positions)), mask, form);
    }

    /**
     * Attention of queries to given rows.
     *
     * @param x         [queries, hidden_size]
     * @param positions position of each query
     * @param rows      what is attended to
     * @param mask      what is added to the scores
     * @param form      order of the products
     * @return [queries, hidden_size]
     * @throws ShapeException where the rows have another width than the configuration gives them
     */
    public double[] attend(double[] x, int[] positions, LatentRows rows, ScoreMask mask, Form form) {
        int heads = config.numHeads();
        int width = config.vHeadDim();
        int keys = rows.latents().length / config.kvLoraRank();
        if (rows.latents().length % config.kvLoraRank() != 0
                || rows.rotaryKeys().length != keys * config.qkRopeHeadDim()) {
            throw new ShapeException("rows hold " + rows.latents().length + " latent and " + rows.rotaryKeys().length
                    + " rotary numbers, expected multiples of " + config.kvLoraRank() + " and "
                    + config.qkRopeHeadDim());
        }
        double[] queries = grown(queries(x, positions.length), positions);
        double[] keysAndValues = form == Form.EXPANDED ? expand(rows.latents(), keys) : null;
        double[] values = new double[positions.length * heads * width];
        for (int query = 0; query < positions.length; query++) {
            for (int head = 0; head < heads; head++) {
                int start = (query * heads + head) * config.qkHeadDim();
                double[] nope = Arrays.copyOfRange(queries, start, start + config.qkNopeHeadDim());
                double[] rope = Arrays.copyOfRange(queries, start + config.qkNopeHeadDim(), start + config.qkHeadDim());
                rope = Operations.rotary(rope, new int[]{positions[query]}, 1, rope.length, config.rope());
                double[] bias = new double[keys];
                for (int key = 0; key < keys; key++) {
                    double rotary = config.softmaxScale() * dot(rope, rows.rotaryKeys(), key * rope.length);
                    bias[key] = score(rotary, mask.bias(head, query, key));
                }
                double[] value = form == Form.EXPANDED
                        ? expanded(nope, bias, keysAndValues, head)
                        : absorbed(nope, bias, rows.latents(), head);
                System.arraycopy(value, 0, values, (query * heads + head) * width, width);
            }
        }
        return Operations.matmul(values, positions.length, weights.oProj(), config.hiddenSize(), heads * width,
                weights.oBias());
    }

    /** Queries times the factor of their positions, where the model has one. */
    private double[] grown(double[] queries, int[] positions) {
        int width = config.numHeads() * config.qkHeadDim();
        config.queryGrowth().ifPresent(growth -> {
            for (int i = 0; i < queries.length; i++) {
                queries[i] *= growth.factor(positions[i / width]);
            }
        });
        return queries;
    }

    /** Queries before rotation [rows, heads, nope + rope]. */
    private double[] queries(double[] x, int rows) {
        int width = config.numHeads() * config.qkHeadDim();
        int rank = config.qLoraRank();
        if (rank == 0) {
            return Operations.matmul(x, rows, weights.qProj(), width, config.hiddenSize(), null);
        }
        return Operations.matmul(compressed(x, rows), rows, weights.qBProj(), width, rank, null);
    }

    /** The compressed query of rows [rows, q_lora_rank], normed where the model norms it. */
    double[] compressed(double[] x, int rows) {
        int rank = config.qLoraRank();
        double[] compressed = Operations.matmul(x, rows, weights.qAProj(), rank, config.hiddenSize(), weights.qABias());
        if (config.queryNorm()) {
            compressed = scaled(Operations.rmsNorm(compressed, rows, weights.qALayernorm(), config.rmsNormEps()),
                    config.queryScale());
        }
        return compressed;
    }

    private static double[] scaled(double[] x, double factor) {
        return factor == 1 ? x : Arrays.stream(x).map(value -> value * factor).toArray();
    }

    /** Keys without position and values of every head [keys, heads, nope + v]. */
    private double[] expand(double[] latents, int keys) {
        int width = config.numHeads() * (config.qkNopeHeadDim() + config.vHeadDim());
        return Operations.matmul(latents, keys, weights.kvBProj(), width, config.kvLoraRank(), null);
    }

    /** One head's value from keys and values made for it. */
    private double[] expanded(double[] nope, double[] bias, double[] keysAndValues, int head) {
        int width = nope.length + config.vHeadDim();
        int stride = config.numHeads() * width;
        double[] scores = new double[bias.length];
        for (int key = 0; key < bias.length; key++) {
            double product = dot(nope, keysAndValues, key * stride + head * width);
            scores[key] = score(config.softmaxScale() * product, bias[key]);
        }
        double[] shares = Operations.softmax(scores).weights();
        double[] value = new double[config.vHeadDim()];
        for (int key = 0; key < bias.length; key++) {
            addVisible(value, shares[key], keysAndValues, key * stride + head * width + nope.length);
        }
        return value;
    }

    /** One head's value from a query that meets the latents themselves. */
    private double[] absorbed(double[] nope, double[] bias, double[] latents, int head) {
        int rank = config.kvLoraRank();
        float[] up = upProjection(head);
        double[] latentQuery = new double[rank];
        for (int i = 0; i < nope.length; i++) {
            for (int r = 0; r < rank; r++) {
                latentQuery[r] += nope[i] * up[i * rank + r];
            }
        }
        double[] scores = new double[bias.length];
        for (int key = 0; key < bias.length; key++) {
            scores[key] = score(config.softmaxScale() * dot(latentQuery, latents, key * rank), bias[key]);
        }
        double[] shares = Operations.softmax(scores).weights();
        double[] latentValue = new double[rank];
        for (int key = 0; key < bias.length; key++) {
            addVisible(latentValue, shares[key], latents, key * rank);
        }
        float[] valueRows = Arrays.copyOfRange(up, nope.length * rank, up.length);
        return Operations.matmul(latentValue, 1, valueRows, config.vHeadDim(), rank, null);
    }

    /** W_UK, then W_UV of one head [nope + v, kv_lora_rank]. */
    private float[] upProjection(int head) {
        int size = (config.qkNopeHeadDim() + config.vHeadDim()) * config.kvLoraRank();
        return Arrays.copyOfRange(weights.kvBProj(), head * size, (head + 1) * size);
    }

    /** A hidden key's score is -infinity, whatever (NaN, say) its row holds. */
    private static double score(double product, double bias) {
        return bias == Double.NEGATIVE_INFINITY ? bias : product + bias;
    }

    /** Leaves out keys without a share, so that what a hidden row holds has no influence. */
    private static void addVisible(double[] sum, double share, double[] rows, int start) {
        if (share > 0) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += share * rows[start + i];
            }
        }
    }

    private static double dot(double[] left, double[] right, int start) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[start + i];
        }
        return sum;
    }

    private static double[] columns(double[] x, int width, int from, int to) {
        int rows = x.length / width;
        double[] part = new double[rows * (to - from)];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(x, row * width + from, part, row * (to - from), to - from);
        }
        return part;
    }
}
