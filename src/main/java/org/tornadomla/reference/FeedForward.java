package org.tornadomla.reference;

import java.util.Arrays;
import java.util.function.Function;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.error.ShapeException;

/** The feed-forward half of a layer: dense, or a mixture of experts. */
public final class FeedForward {

    private FeedForward() {
    }

    /**
     * Gated feed-forward: down(silu(gate x) * up x).
     *
     * @param x            [rows, hidden]
     * @param rows         number of rows
     * @param hidden       width of a row
     * @param intermediate width in between
     * @param weights      numbers of {@code gate_proj.weight}, {@code up_proj.weight} [intermediate, hidden] and
     *                         {@code down_proj.weight} [hidden, intermediate]
     * @return [rows, hidden]
     */
    public static double[] dense(double[] x, int rows, int hidden, int intermediate,
            Function<String, float[]> weights) {
        double[] gate = Operations.matmul(x, rows, required(weights, "gate_proj.weight"), intermediate, hidden, null);
        double[] up = Operations.matmul(x, rows, required(weights, "up_proj.weight"), intermediate, hidden, null);
        for (int i = 0; i < gate.length; i++) {
            gate[i] = Operations.silu(gate[i]) * up[i];
        }
        return Operations.matmul(gate, rows, required(weights, "down_proj.weight"), hidden, intermediate, null);
    }

    /**
     * Mixture of experts: the weighted sum of the chosen ones and, where there are any, the shared ones.
     *
     * @param x       [rows, hidden]
     * @param rows    number of rows
     * @param block   the mixture
     * @param weights numbers of {@code gate.weight} [experts, hidden], {@code gate.e_score_correction_bias} [experts],
     *                    {@code experts.N.*} and {@code shared_experts.*}
     * @return [rows, hidden]
     */
    public static double[] mixture(double[] x, int rows, MixtureBlock block, Function<String, float[]> weights) {
        int hidden = block.hiddenSize();
        MoeConfig config = block.config();
        float[] gate = required(weights, block.router().weight());
        float[] bias = config.hasSelectionBias() ? required(weights, block.router().bias()) : null;
        double[] logits = Operations.matmul(x, rows, gate, config.choices(), hidden, null);
        double[] y = config.nSharedExperts() == 0
                ? new double[x.length]
                : dense(x, rows, hidden, config.sharedIntermediateSize(),
                        name -> weights.apply("shared_experts." + name));
        for (int row = 0; row < rows; row++) {
            double[] token = Arrays.copyOfRange(x, row * hidden, (row + 1) * hidden);
            double[] scores = Arrays.copyOfRange(logits, row * config.choices(), (row + 1) * config.choices());
            Routing.Chosen chosen = Routing.route(scores, bias, config);
            for (int i = 0; i < chosen.experts().length; i++) {
                String prefix = "experts." + chosen.experts()[i] + ".";
                double[] part = chosen.experts()[i] >= config.nRoutedExperts()
                        ? token
                        : dense(token, 1, hidden, config.moeIntermediateSize(), name -> weights.apply(prefix + name));
                for (int column = 0; column < hidden; column++) {
                    y[row * hidden + column] += chosen.weights()[i] * part[column];
                }
            }
        }
        return y;
    }

    private static float[] required(Function<String, float[]> weights, String name) {
        float[] numbers = weights.apply(name);
        if (numbers == null) {
            throw new ShapeException("weight " + name + " is missing");
        }
        return numbers;
    }
}
