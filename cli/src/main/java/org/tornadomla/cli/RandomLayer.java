package org.tornadomla.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.checkpoint.WeightNames;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.LatentRows;
import org.tornadomla.reference.MlaReferenceWeights;
import org.tornadomla.reference.ScoreMask;

/** A layer with random weights that both the module and the float64 reference take; the same for the same seed. */
final class RandomLayer {

    private final MlaConfig config;
    private final Map<String, TensorData> weights = new HashMap<>();
    private final SplittableRandom random;

    RandomLayer(MlaConfig config, long seed) {
        this.config = config;
        this.random = new SplittableRandom(seed);
        WeightNames.of(config).forEach((name, weight) -> {
            boolean matrix = weight.shape().size() == 2;
            // Matrices keep the size of what goes through them; norms lie around 1.
            double range = matrix ? Math.sqrt(3.0 / weight.shape().get(1)) : 0.1;
            float[] values = uniform("weight " + name, weight.count(), range);
            for (int i = 0; !matrix && i < values.length; i++) {
                values[i]++;
            }
            weights.put(name, new TensorData(weight.shape(), values));
        });
    }

    MlaConfig config() {
        return config;
    }

    /** Weights under their checkpoint names. */
    Map<String, TensorData> weights() {
        return weights;
    }

    /**
     * Random token vectors.
     *
     * @return [count, hidden]
     */
    float[] tokens(int count) {
        return uniform("the input", (long) count * config.hiddenSize(), 1);
    }

    private float[] uniform(String what, long count, double range) {
        if (count > Counts.MOST) {
            throw new ConfigurationException(
                    what + " has " + count + " numbers, must be at most " + Counts.MOST + "; choose smaller sizes");
        }
        float[] values = new float[(int) count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) * range);
        }
        return values;
    }

    /**
     * Error of causal self-attention on a new sequence.
     *
     * @param x        [tokens, hidden]
     * @param y        [tokens, hidden], the result
     * @param firstRow first row that is compared, up to the last
     * @return largest difference as a fraction of the largest magnitude; NaN where a result is no number
     */
    double error(float[] x, float[] y, int firstRow) {
        int width = config.hiddenSize();
        int tokens = x.length / width;
        AttentionReference reference = new AttentionReference(config,
                MlaReferenceWeights.of(config, name -> weights.get(name) == null ? null : weights.get(name).values()));
        LatentRows rows = reference.project(doubles(x, 0, x.length), range(0, tokens));
        double[] expected = reference.attend(doubles(x, firstRow * width, x.length), range(firstRow, tokens), rows,
                ScoreMask.causal(firstRow), AttentionReference.Form.ABSORBED);
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            worst = Math.max(worst, Math.abs(y[firstRow * width + i] - expected[i]));
        }
        return worst / largest;
    }

    private static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    private static double[] doubles(float[] values, int from, int to) {
        double[] copy = new double[to - from];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = values[from + i];
        }
        return copy;
    }
}
