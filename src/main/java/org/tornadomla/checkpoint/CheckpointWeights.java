package org.tornadomla.checkpoint;

import org.jspecify.annotations.Nullable;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;

/**
 * A checkpoint's tensors as the layers take them. Matrices read from the mapped files, so the checkpoint must stay
 * open.
 */
public final class CheckpointWeights {

    private CheckpointWeights() {
    }

    /**
     * The weights of a layer's attention; what the configuration has no place for is absent.
     *
     * @param prefix of the checkpoint names, as {@code "model.layers.0.self_attn."}
     * @throws CheckpointException when a tensor is missing
     */
    public static MlaWeights attention(WeightSource source, String prefix, MlaConfig config) {
        boolean compressed = config.qLoraRank() > 0;
        boolean bias = config.attentionBias();
        return new MlaWeights(matrixIf(!compressed, source, prefix + "q_proj.weight"),
                matrixIf(compressed, source, prefix + "q_a_proj.weight"),
                vectorIf(compressed && bias, source, prefix + "q_a_proj.bias"),
                vectorIf(config.queryNorm(), source, prefix + "q_a_layernorm.weight"),
                matrixIf(compressed, source, prefix + "q_b_proj.weight"),
                source.matrix(prefix + "kv_a_proj_with_mqa.weight"),
                vectorIf(bias, source, prefix + "kv_a_proj_with_mqa.bias"),
                vectorIf(config.latentNorm(), source, prefix + "kv_a_layernorm.weight"),
                source.matrix(prefix + "kv_b_proj.weight"), source.matrix(prefix + "o_proj.weight"),
                vectorIf(bias, source, prefix + "o_proj.bias"));
    }

    private static @Nullable Matrix matrixIf(boolean present, WeightSource source, String name) {
        return present ? source.matrix(name) : null;
    }

    private static float @Nullable [] vectorIf(boolean present, WeightSource source, String name) {
        return present ? source.read(name) : null;
    }
}
