package org.tornadomla.golden;

import java.util.Map;

import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;

/** The weights of a golden case as a layer takes them. */
public final class GoldenWeights {

    private GoldenWeights() {
    }

    /** The weights of a case's layer; what the case does not have is absent. */
    public static MlaWeights of(GoldenCase golden) {
        return of(golden.weights());
    }

    /**
     * The weights of a layer.
     *
     * @param w tensors under their checkpoint names without prefix, as {@code "kv_b_proj.weight"}; [out, in]
     */
    public static MlaWeights of(Map<String, TensorData> w) {
        return new MlaWeights(matrix(w, "q_proj.weight"), matrix(w, "q_a_proj.weight"), vector(w, "q_a_proj.bias"),
                vector(w, "q_a_layernorm.weight"), matrix(w, "q_b_proj.weight"), matrix(w, "kv_a_proj_with_mqa.weight"),
                vector(w, "kv_a_proj_with_mqa.bias"), vector(w, "kv_a_layernorm.weight"), matrix(w, "kv_b_proj.weight"),
                matrix(w, "o_proj.weight"), vector(w, "o_proj.bias"));
    }

    private static Matrix matrix(Map<String, TensorData> weights, String name) {
        TensorData data = weights.get(name);
        return data == null ? null : Matrix.of(data.size(0), data.size(1), data.values());
    }

    private static float[] vector(Map<String, TensorData> weights, String name) {
        TensorData data = weights.get(name);
        return data == null ? null : data.values();
    }
}
