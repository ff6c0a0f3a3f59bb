package org.tornadomla.attention;

import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;

/** Numbers of a layer's weights by their names. */
final class TapeWeightsOf {

    private TapeWeightsOf() {
    }

    static float[] numbers(MlaWeights weights, String name) {
        return switch (name) {
            case "q_proj.weight" -> all(weights.qProj());
            case "q_a_proj.weight" -> all(weights.qA());
            case "q_b_proj.weight" -> all(weights.qB());
            case "kv_a_proj_with_mqa.weight" -> all(weights.kvA());
            case "kv_b_proj.weight" -> all(weights.kvB());
            case "o_proj.weight" -> all(weights.o());
            case "q_a_proj.bias" -> weights.qABias();
            case "q_a_layernorm.weight" -> weights.qANorm();
            case "kv_a_proj_with_mqa.bias" -> weights.kvABias();
            case "kv_a_layernorm.weight" -> weights.kvANorm();
            case "o_proj.bias" -> weights.oBias();
            default -> throw new AssertionError(name);
        };
    }

    private static float[] all(Matrix matrix) {
        float[] all = new float[matrix.rows() * matrix.columns()];
        float[] row = new float[matrix.columns()];
        for (int i = 0; i < matrix.rows(); i++) {
            matrix.read(i, row);
            System.arraycopy(row, 0, all, i * row.length, row.length);
        }
        return all;
    }
}
