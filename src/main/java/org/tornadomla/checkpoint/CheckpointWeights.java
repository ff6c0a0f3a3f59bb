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
     * A matrix.
     *
     * @param name checkpoint name of a tensor [rows, columns]
     * @throws CheckpointException when there is no such tensor
     */
    public static Matrix matrix(Checkpoint checkpoint, String name) {
        return new CheckpointMatrix(checkpoint, name);
    }

    /**
     * The weights of a layer's attention; what the configuration has no place for is absent.
     *
     * @param prefix of the checkpoint names, as {@code "model.layers.0.self_attn."}
     * @throws CheckpointException when a tensor is missing
     */
    public static MlaWeights attention(Checkpoint checkpoint, String prefix, MlaConfig config) {
        boolean compressed = config.qLoraRank() > 0;
        boolean bias = config.attentionBias();
        return new MlaWeights(matrixIf(!compressed, checkpoint, prefix + "q_proj.weight"),
                matrixIf(compressed, checkpoint, prefix + "q_a_proj.weight"),
                vectorIf(compressed && bias, checkpoint, prefix + "q_a_proj.bias"),
                vectorIf(config.queryNorm(), checkpoint, prefix + "q_a_layernorm.weight"),
                matrixIf(compressed, checkpoint, prefix + "q_b_proj.weight"),
                matrix(checkpoint, prefix + "kv_a_proj_with_mqa.weight"),
                vectorIf(bias, checkpoint, prefix + "kv_a_proj_with_mqa.bias"),
                vectorIf(config.latentNorm(), checkpoint, prefix + "kv_a_layernorm.weight"),
                matrix(checkpoint, prefix + "kv_b_proj.weight"), matrix(checkpoint, prefix + "o_proj.weight"),
                vectorIf(bias, checkpoint, prefix + "o_proj.bias"));
    }

    private static @Nullable Matrix matrixIf(boolean present, Checkpoint checkpoint, String name) {
        return present ? matrix(checkpoint, name) : null;
    }

    private static float @Nullable [] vectorIf(boolean present, Checkpoint checkpoint, String name) {
        return present ? checkpoint.read(name) : null;
    }
}
