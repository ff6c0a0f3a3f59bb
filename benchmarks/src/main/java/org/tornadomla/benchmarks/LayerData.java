package org.tornadomla.benchmarks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.checkpoint.WeightNames;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.golden.GoldenWeights;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.LatentRows;
import org.tornadomla.reference.MlaReferenceWeights;
import org.tornadomla.reference.Operations;
import org.tornadomla.reference.ScoreMask;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/**
 * A layer with random weights and tokens, which the library, the peer and the reference share. The token at a position
 * of a sequence is known without storing it: a prime number of distinct ones repeats, so that the reference of a long
 * context is cheap and no page is like another.
 */
final class LayerData {

    private static final int DISTINCT = 509;
    /** By how many tokens sequences of a batch are apart. */
    private static final int SHIFT = 31;

    private final Layer layer;
    private final NumberFormat type;
    private final Map<String, TensorData> weights = new HashMap<>();
    private final float[] tokens;
    private final AttentionReference reference;
    private LatentRows distinct;

    /** A layer with weights in 32-bit numbers. */
    LayerData(Layer layer, long seed) {
        this(layer, seed, WeightFormats.F32);
    }

    /**
     * A layer whose weights are rounded to a number format, so that every computation of it has one right answer.
     *
     * @param type number format in which the library holds them
     */
    LayerData(Layer layer, long seed, NumberFormat type) {
        this.layer = layer;
        this.type = type;
        SplittableRandom random = new SplittableRandom(seed);
        WeightNames.of(layer.config()).forEach((name, weight) -> {
            boolean matrix = weight.shape().size() == 2;
            // Matrices keep the size of what goes through them; norms lie around 1.
            double range = matrix ? Math.sqrt(3.0 / weight.shape().get(1)) : 0.1;
            float[] values = uniform(random, Math.toIntExact(weight.count()), range, matrix ? 0 : 1);
            if (matrix) {
                Rounding.to(type, values, Math.toIntExact(weight.shape().get(1)));
            }
            weights.put(name, new TensorData(weight.shape(), values));
        });
        this.tokens = uniform(random, DISTINCT * config().hiddenSize(), 1, 0);
        this.reference = new AttentionReference(config(), MlaReferenceWeights.of(config(), this::weight));
    }

    private static float[] uniform(SplittableRandom random, int count, double range, double centre) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (centre + (2 * random.nextDouble() - 1) * range);
        }
        return values;
    }

    Layer layer() {
        return layer;
    }

    /** Number format in which the library holds the weights. */
    NumberFormat type() {
        return type;
    }

    MlaConfig config() {
        return layer.config();
    }

    /** A weight [out, in] under its checkpoint name, or null when the layer has none such. */
    float[] weight(String name) {
        return weights.containsKey(name) ? weights.get(name).values() : null;
    }

    /** The weights as the module takes them. */
    MlaWeights moduleWeights() {
        return GoldenWeights.of(weights);
    }

    /**
     * Tokens of every sequence.
     *
     * @return [batch, count, hidden]
     */
    float[] tokens(int batch, int from, int count) {
        int width = config().hiddenSize();
        float[] values = new float[Math.multiplyExact(batch * count, width)];
        for (int row = 0; row < batch * count; row++) {
            System.arraycopy(tokens, token(row / count, from + row % count) * width, values, row * width, width);
        }
        return values;
    }

    private static int token(int sequence, int position) {
        return (position + SHIFT * sequence) % DISTINCT;
    }

    /**
     * What the cache holds of the first positions of a sequence: latents do not depend on the position, keys are
     * rotated by theirs.
     *
     * @return rows 0 to count - 1
     */
    LatentRows cached(int sequence, int count) {
        if (distinct == null) {
            distinct = reference.project(Numbers.doubles(tokens), new int[DISTINCT]);
        }
        int rank = config().kvLoraRank();
        int rope = config().qkRopeHeadDim();
        double[] latents = new double[Math.multiplyExact(count, rank)];
        double[] keys = new double[count * rope];
        for (int position = 0; position < count; position++) {
            int token = token(sequence, position);
            System.arraycopy(distinct.latents(), token * rank, latents, position * rank, rank);
            System.arraycopy(distinct.rotaryKeys(), token * rope, keys, position * rope, rope);
        }
        int[] positions = IntStream.range(0, count).toArray();
        // Position 0 left the neighbouring pairs as they were.
        return new LatentRows(latents, Operations.rotary(keys, positions, 1, rope, config().rope()));
    }

    /**
     * The layer's answer for one token.
     *
     * @return [hidden]
     */
    double[] expected(int sequence, int position) {
        double[] x = Numbers.doubles(tokens(sequence + 1, position, 1));
        double[] query = Arrays.copyOfRange(x, sequence * config().hiddenSize(), x.length);
        return reference.attend(query, new int[]{position}, cached(sequence, position + 1), ScoreMask.NONE,
                AttentionReference.Form.ABSORBED);
    }
}
