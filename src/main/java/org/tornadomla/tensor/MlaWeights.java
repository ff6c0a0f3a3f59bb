package org.tornadomla.tensor;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.config.MlaConfig;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ShapeException;

/**
 * The weights of an attention layer as published, [outputs, inputs], under their checkpoint names.
 *
 * @param qProj   {@code q_proj.weight} [heads (nope + rope), hidden]; null with query compression
 * @param qA      {@code q_a_proj.weight} [q_lora_rank, hidden]; null without query compression
 * @param qABias  {@code q_a_proj.bias} [q_lora_rank]; null without biases
 * @param qANorm  {@code q_a_layernorm.weight} [q_lora_rank]; null without that norm
 * @param qB      {@code q_b_proj.weight} [heads (nope + rope), q_lora_rank]; null without query compression
 * @param kvA     {@code kv_a_proj_with_mqa.weight} [kv_lora_rank + rope, hidden]
 * @param kvABias {@code kv_a_proj_with_mqa.bias} [kv_lora_rank + rope]; null without biases
 * @param kvANorm {@code kv_a_layernorm.weight} [kv_lora_rank]; null without that norm
 * @param kvB     {@code kv_b_proj.weight} [heads (nope + v), kv_lora_rank]
 * @param o       {@code o_proj.weight} [hidden, heads v]
 * @param oBias   {@code o_proj.bias} [hidden]; null without biases
 */
@PublicApi
public record MlaWeights(@Nullable Matrix qProj, @Nullable Matrix qA, float @Nullable [] qABias,
        float @Nullable [] qANorm, @Nullable Matrix qB, Matrix kvA, float @Nullable [] kvABias,
        float @Nullable [] kvANorm, Matrix kvB, Matrix o, float @Nullable [] oBias) {

    /**
     * The weights of a layer's attention; what the configuration has no place for is absent.
     *
     * @param source gives weights by their names without prefix, as {@code "kv_b_proj.weight"}
     * @throws org.tornadomla.error.MlaException when a tensor is missing
     */
    public static MlaWeights of(MlaConfig config, NamedWeights source) {
        boolean compressed = config.qLoraRank() > 0;
        boolean bias = config.attentionBias();
        return new MlaWeights(matrixIf(!compressed, source, "q_proj.weight"),
                matrixIf(compressed, source, "q_a_proj.weight"), vectorIf(compressed && bias, source, "q_a_proj.bias"),
                vectorIf(config.queryNorm(), source, "q_a_layernorm.weight"),
                matrixIf(compressed, source, "q_b_proj.weight"), source.matrix("kv_a_proj_with_mqa.weight"),
                vectorIf(bias, source, "kv_a_proj_with_mqa.bias"),
                vectorIf(config.latentNorm(), source, "kv_a_layernorm.weight"), source.matrix("kv_b_proj.weight"),
                source.matrix("o_proj.weight"), vectorIf(bias, source, "o_proj.bias"));
    }

    private static @Nullable Matrix matrixIf(boolean present, NamedWeights source, String name) {
        return present ? source.matrix(name) : null;
    }

    private static float @Nullable [] vectorIf(boolean present, NamedWeights source, String name) {
        return present ? source.read(name) : null;
    }

    /** The same weights, refused by name where a number is not finite when they are packed. */
    public MlaWeights checked() {
        return new MlaWeights(checked("q_proj.weight", qProj), checked("q_a_proj.weight", qA),
                checked("q_a_proj.bias", qABias), checked("q_a_layernorm.weight", qANorm),
                checked("q_b_proj.weight", qB), CheckedWeights.matrix("kv_a_proj_with_mqa.weight", kvA),
                checked("kv_a_proj_with_mqa.bias", kvABias), checked("kv_a_layernorm.weight", kvANorm),
                CheckedWeights.matrix("kv_b_proj.weight", kvB), CheckedWeights.matrix("o_proj.weight", o),
                checked("o_proj.bias", oBias));
    }

    private static @Nullable Matrix checked(String name, @Nullable Matrix matrix) {
        return matrix == null ? null : CheckedWeights.matrix(name, matrix);
    }

    private static float @Nullable [] checked(String name, float @Nullable [] values) {
        if (values != null) {
            CheckedWeights.check(name, values);
        }
        return values;
    }

    /**
     * Checks every weight against the configuration.
     *
     * @throws ShapeException naming the weight, its shape and what it must be
     */
    public void check(MlaConfig c) {
        int queries = c.numHeads() * c.qkHeadDim();
        if (c.qLoraRank() == 0) {
            matrix("q_proj.weight", qProj, queries, c.hiddenSize());
            absent("q_a_proj.weight", qA);
            absent("q_b_proj.weight", qB);
        } else {
            absent("q_proj.weight", qProj);
            matrix("q_a_proj.weight", qA, c.qLoraRank(), c.hiddenSize());
            matrix("q_b_proj.weight", qB, queries, c.qLoraRank());
        }
        vector("q_a_layernorm.weight", qANorm, c.queryNorm() ? c.qLoraRank() : -1);
        vector("q_a_proj.bias", qABias, c.attentionBias() && c.qLoraRank() > 0 ? c.qLoraRank() : -1);
        matrix("kv_a_proj_with_mqa.weight", kvA, c.kvLoraRank() + c.qkRopeHeadDim(), c.hiddenSize());
        vector("kv_a_proj_with_mqa.bias", kvABias, c.attentionBias() ? c.kvLoraRank() + c.qkRopeHeadDim() : -1);
        vector("kv_a_layernorm.weight", kvANorm, c.latentNorm() ? c.kvLoraRank() : -1);
        matrix("kv_b_proj.weight", kvB, c.numHeads() * (c.qkNopeHeadDim() + c.vHeadDim()), c.kvLoraRank());
        matrix("o_proj.weight", o, c.hiddenSize(), c.numHeads() * c.vHeadDim());
        vector("o_proj.bias", oBias, c.attentionBias() ? c.hiddenSize() : -1);
    }

    private static void matrix(String name, @Nullable Matrix weight, int rows, int columns) {
        if (weight == null) {
            throw new ShapeException(name + " is missing, must be [" + rows + ", " + columns + "]");
        }
        if (weight.rows() != rows || weight.columns() != columns) {
            throw new ShapeException(name + " is [" + weight.rows() + ", " + weight.columns() + "], must be [" + rows
                    + ", " + columns + "]");
        }
    }

    private static void absent(String name, @Nullable Object weight) {
        if (weight != null) {
            throw new ShapeException(name + " is given, but the configuration has no place for it");
        }
    }

    private static void vector(String name, float @Nullable [] values, int length) {
        if (length < 0) {
            absent(name, values);
        } else if (values == null || values.length != length) {
            throw new ShapeException(name + " is " + (values == null ? "missing" : "[" + values.length + "]")
                    + ", must be [" + length + "]");
        }
    }
}
