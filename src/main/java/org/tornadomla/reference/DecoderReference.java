package org.tornadomla.reference;

import java.util.Arrays;
import java.util.function.Function;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.ShapeException;

/**
 * A whole decoder on one sequence, from token ids to logits. It keeps latents and rotary keys of what it has seen, so
 * ids may come all at once or in chunks.
 */
public final class DecoderReference {

    private final ModelConfig config;
    private final Function<String, float[]> weights;
    private final AttentionReference.Form form;
    private final LatentRows[] cache;
    private int length;

    /**
     * A decoder at the start of a sequence.
     *
     * @param config  the model
     * @param weights numbers of a checkpoint name, as {@code "model.norm.weight"}; null where there is none
     * @param form    order of the products in attention
     */
    public DecoderReference(ModelConfig config, Function<String, float[]> weights, AttentionReference.Form form) {
        this.config = config;
        this.weights = weights;
        this.form = form;
        this.cache = new LatentRows[config.numHiddenLayers()];
        Arrays.fill(cache, LatentRows.NONE);
    }

    /**
     * Takes the next tokens of the sequence.
     *
     * @param ids token ids
     * @return logits [ids, vocab_size]
     * @throws ShapeException for an id outside the vocabulary or a missing weight
     */
    public double[] logits(int... ids) {
        int hidden = config.hiddenSize();
        float[] embedding = required("model.embed_tokens.weight");
        double[] x = new double[ids.length * hidden];
        int[] positions = new int[ids.length];
        for (int row = 0; row < ids.length; row++) {
            if (ids[row] < 0 || ids[row] >= config.vocabSize()) {
                throw new ShapeException("token id is " + ids[row] + ", must be from 0 to " + (config.vocabSize() - 1));
            }
            positions[row] = length + row;
            for (int i = 0; i < hidden; i++) {
                x[row * hidden + i] = embedding[ids[row] * hidden + i];
            }
        }
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            x = layer(x, positions, layer);
        }
        length += ids.length;
        double[] normed = Operations.rmsNorm(x, ids.length, required("model.norm.weight"),
                config.attention().rmsNormEps());
        float[] head = config.tieWordEmbeddings() ? embedding : required("lm_head.weight");
        return Operations.matmul(normed, ids.length, head, config.vocabSize(), hidden, null);
    }

    private double[] layer(double[] x, int[] positions, int layer) {
        MlaConfig attention = config.attention();
        int rows = positions.length;
        String prefix = "model.layers." + layer + ".";
        double[] normed = Operations.rmsNorm(x, rows, required(prefix + "input_layernorm.weight"),
                attention.rmsNormEps());
        AttentionReference reference = new AttentionReference(attention,
                MlaReferenceWeights.of(attention, name -> weights.apply(prefix + "self_attn." + name)));
        ScoreMask mask = ScoreMask.causal(length);
        cache[layer] = cache[layer].append(reference.project(normed, positions));
        double[] attended = add(x, reference.attend(normed, positions, cache[layer], mask, form));
        normed = Operations.rmsNorm(attended, rows, required(prefix + "post_attention_layernorm.weight"),
                attention.rmsNormEps());
        Function<String, float[]> feedForward = name -> weights.apply(prefix + "mlp." + name);
        return add(attended,
                config.isMoeLayer(layer)
                        ? FeedForward.mixture(normed, rows, config.hiddenSize(), config.experts().orElseThrow(),
                                feedForward)
                        : FeedForward.dense(normed, rows, config.hiddenSize(), config.intermediateSize(), feedForward));
    }

    private float[] required(String name) {
        float[] numbers = weights.apply(name);
        if (numbers == null) {
            throw new ShapeException("weight " + name + " is missing");
        }
        return numbers;
    }

    private static double[] add(double[] left, double[] right) {
        double[] sum = new double[left.length];
        Arrays.setAll(sum, i -> left[i] + right[i]);
        return sum;
    }
}
