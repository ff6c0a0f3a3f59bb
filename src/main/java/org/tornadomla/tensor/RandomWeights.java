package org.tornadomla.tensor;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.Weight;
import org.tornadomla.error.ShapeException;

/**
 * Weights of a new layer: uniform within one over the root of the inputs, norms around one; the same for the same seed.
 */
public final class RandomWeights {

    private final SplittableRandom random;

    private RandomWeights(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * The weights of an attention layer.
     *
     * @param c    sizes and options
     * @param seed start of the random numbers
     */
    public static MlaWeights of(MlaConfig c, long seed) {
        RandomWeights w = new RandomWeights(seed);
        int queries = c.numHeads() * c.qkHeadDim();
        boolean compressed = c.qLoraRank() > 0;
        int latent = c.kvLoraRank() + c.qkRopeHeadDim();
        return new MlaWeights(compressed ? null : w.matrix(queries, c.hiddenSize()),
                compressed ? w.matrix(c.qLoraRank(), c.hiddenSize()) : null,
                compressed && c.attentionBias() ? w.vector(c.qLoraRank(), 0f) : null,
                c.queryNorm() ? w.vector(c.qLoraRank(), 1f) : null,
                compressed ? w.matrix(queries, c.qLoraRank()) : null, w.matrix(latent, c.hiddenSize()),
                c.attentionBias() ? w.vector(latent, 0f) : null, c.latentNorm() ? w.vector(c.kvLoraRank(), 1f) : null,
                w.matrix(c.numHeads() * (c.qkNopeHeadDim() + c.vHeadDim()), c.kvLoraRank()),
                w.matrix(c.hiddenSize(), c.numHeads() * c.vHeadDim()),
                c.attentionBias() ? w.vector(c.hiddenSize(), 0f) : null);
    }

    /**
     * The weights of a model.
     *
     * @param seed start of the random numbers; those of a weight follow from it and the weight's name
     * @return a source that makes a weight when it is asked for, and refuses names that the model does not have
     */
    public static NamedWeights of(ModelConfig model, long seed) {
        Map<String, Weight> weights = model.weights();
        return new NamedWeights() {
            @Override
            public Matrix matrix(String name) {
                List<Long> shape = shape(name);
                return generator(name).matrix(Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)));
            }

            @Override
            public float[] read(String name) {
                return generator(name).vector(Math.toIntExact(shape(name).getFirst()), name.contains("norm") ? 1 : 0);
            }

            private List<Long> shape(String name) {
                if (!weights.containsKey(name)) {
                    throw new ShapeException(name + " is not a weight of this model");
                }
                return weights.get(name).shape();
            }

            private RandomWeights generator(String name) {
                return new RandomWeights(seed + name.hashCode());
            }
        };
    }

    private Matrix matrix(int rows, int columns) {
        float[] values = new float[Math.multiplyExact(rows, columns)];
        float bound = (float) (1 / Math.sqrt(columns));
        for (int i = 0; i < values.length; i++) {
            values[i] = (2 * random.nextFloat() - 1) * bound;
        }
        return Matrix.of(rows, columns, values);
    }

    private float[] vector(int length, float centre) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = centre + (2 * random.nextFloat() - 1) * 0.1f;
        }
        return values;
    }
}
