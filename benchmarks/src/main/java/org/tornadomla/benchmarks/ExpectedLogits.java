package org.tornadomla.benchmarks;

import java.util.Arrays;
import java.util.function.Function;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.DecoderReference;
import org.tornadomla.reference.FeedForward;
import org.tornadomla.reference.LatentRows;
import org.tornadomla.reference.MlaReferenceWeights;
import org.tornadomla.reference.Operations;
import org.tornadomla.reference.ScoreMask;

/** A model's answer for the last of its tokens, in float64. */
final class ExpectedLogits {

    private static final String LAYER = "model.layers.0.";

    private ExpectedLogits() {
    }

    /**
     * The logits behind the last token. In a model of one layer only latents of the other tokens matter, so that a wide
     * layer's answer does not take minutes.
     *
     * @param weights numbers under a checkpoint name; null where there is none
     * @return [vocab_size]
     */
    static double[] behind(int[] ids, ModelConfig model, Function<String, float[]> weights) {
        if (model.numHiddenLayers() == 1) {
            return behindOneLayer(ids, model, weights);
        }
        double[] logits = new DecoderReference(model, weights, AttentionReference.Form.ABSORBED).logits(ids);
        return Arrays.copyOfRange(logits, logits.length - model.vocabSize(), logits.length);
    }

    private static double[] behindOneLayer(int[] ids, ModelConfig model, Function<String, float[]> weights) {
        MlaConfig config = model.attention();
        int hidden = model.hiddenSize();
        double eps = model.rmsNormEps();
        double[] x = embedded(ids, hidden, weights.apply("model.embed_tokens.weight"));
        double[] normed = Operations.rmsNorm(x, ids.length, weights.apply(LAYER + "input_layernorm.weight"), eps);
        int[] positions = new int[ids.length];
        Arrays.setAll(positions, i -> i);
        AttentionReference attention = new AttentionReference(config,
                MlaReferenceWeights.of(config, name -> weights.apply(LAYER + "self_attn." + name)));
        LatentRows rows = attention.project(normed, positions);
        double[] last = add(row(x, hidden), attention.attend(row(normed, hidden), new int[]{ids.length - 1}, rows,
                ScoreMask.NONE, AttentionReference.Form.ABSORBED));
        double[] before = Operations.rmsNorm(last, 1, weights.apply(LAYER + "post_attention_layernorm.weight"), eps);
        last = add(last, FeedForward.mixture(before, 1, new MixtureBlock(hidden, model.experts().orElseThrow()),
                name -> weights.apply(LAYER + "mlp." + name)));
        double[] end = Operations.rmsNorm(last, 1, weights.apply("model.norm.weight"), eps);
        return Operations.matmul(end, 1, weights.apply("lm_head.weight"), model.vocabSize(), hidden, null);
    }

    private static double[] embedded(int[] ids, int hidden, float[] table) {
        double[] x = new double[ids.length * hidden];
        for (int i = 0; i < x.length; i++) {
            x[i] = table[ids[i / hidden] * hidden + i % hidden];
        }
        return x;
    }

    /** The last row. */
    private static double[] row(double[] rows, int width) {
        return Arrays.copyOfRange(rows, rows.length - width, rows.length);
    }

    private static double[] add(double[] left, double[] right) {
        double[] sum = new double[left.length];
        Arrays.setAll(sum, i -> left[i] + right[i]);
        return sum;
    }
}
