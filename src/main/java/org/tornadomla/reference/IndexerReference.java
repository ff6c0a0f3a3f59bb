package org.tornadomla.reference;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.tornadomla.config.IndexerConfig;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ShapeException;

/**
 * The indexer of sparse attention on one sequence (DeepSeek-V3.2, equation 1): the score of a key is the sum over heads
 * of weight times relu(query . key); the best keys are chosen.
 */
final class IndexerReference {

    private final MlaConfig config;
    private final IndexerConfig indexer;
    private final Function<String, float[]> weights;
    private final KeyChoice choice;
    private double[] keys = new double[0];

    IndexerReference(MlaConfig config, Function<String, float[]> weights, KeyChoice choice) {
        this.choice = choice;
        this.config = config;
        this.indexer = config.indexer().orElseThrow();
        this.weights = weights;
    }

    /**
     * Takes the next tokens.
     *
     * @param x          [rows, hidden]
     * @param compressed [rows, q_lora_rank], normed
     * @param positions  of the rows, which follow those before
     * @return [rows, keys] which keys each row attends to
     */
    boolean[][] next(double[] x, double[] compressed, int[] positions) {
        int rows = positions.length;
        int width = indexer.headDim();
        int hidden = config.hiddenSize();
        double[] added = Operations.layerNorm(Operations.matmul(x, rows, weight("wk.weight"), width, hidden, null),
                rows, weight("k_norm.weight"), weight("k_norm.bias"), IndexerConfig.NORM_EPS);
        double[] turned = turned(added, positions, 1);
        int before = keys.length;
        keys = Arrays.copyOf(keys, before + turned.length);
        System.arraycopy(turned, 0, keys, before, turned.length);
        double[] queries = turned(Operations.matmul(compressed, rows, weight("wq_b.weight"), indexer.heads() * width,
                config.qLoraRank(), null), positions, indexer.heads());
        double[] shares = Operations.matmul(x, rows, weight("weights_proj.weight"), indexer.heads(), hidden, null);
        boolean[][] chosen = new boolean[rows][keys.length / width];
        for (int row = 0; row < rows; row++) {
            choose(queries, shares, row, positions[row] + 1, chosen[row]);
        }
        return chosen;
    }

    private void choose(double[] queries, double[] shares, int row, int seen, boolean[] chosen) {
        int width = indexer.headDim();
        double[] scores = new double[seen];
        for (int key = 0; key < seen; key++) {
            for (int head = 0; head < indexer.heads(); head++) {
                double product = 0;
                for (int i = 0; i < width; i++) {
                    product += queries[(row * indexer.heads() + head) * width + i] * keys[key * width + i];
                }
                scores[key] += shares[row * indexer.heads() + head] * Math.max(0, product) * indexer.scale();
            }
        }
        for (int key : choice.best(scores, chosen.length, indexer.topk())) {
            chosen[key] = true;
        }
    }

    /** Rows of vectors whose front is turned by their positions. */
    private double[] turned(double[] rows, int[] positions, int heads) {
        int width = indexer.headDim();
        int rope = config.qkRopeHeadDim();
        double[] turned = rows.clone();
        for (int vector = 0; vector < positions.length * heads; vector++) {
            double[] front = Arrays.copyOfRange(rows, vector * width, vector * width + rope);
            double[] result = Operations.rotary(front, new int[]{positions[vector / heads]}, 1, rope,
                    config.rope().withLayout(indexer.layout()));
            System.arraycopy(result, 0, turned, vector * width, rope);
        }
        return turned;
    }

    private float[] weight(String name) {
        float[] numbers = weights.apply(name);
        if (numbers == null) {
            throw new ShapeException("weight indexer." + name + " is missing");
        }
        return numbers;
    }
}
