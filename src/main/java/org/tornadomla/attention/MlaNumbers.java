package org.tornadomla.attention;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.Weight;
import org.tornadomla.config.WeightList;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.tensor.NamedWeights;

/** The numbers of a layer's weights by their checkpoint names, without prefix. */
final class MlaNumbers {

    private MlaNumbers() {
    }

    /** The numbers of those weights that the layer has. */
    static Map<String, float[]> of(MlaWeights w) {
        Map<String, float[]> numbers = new LinkedHashMap<>();
        put(numbers, "q_proj.weight", w.qProj());
        put(numbers, "q_a_proj.weight", w.qA());
        put(numbers, "q_b_proj.weight", w.qB());
        put(numbers, "kv_a_proj_with_mqa.weight", w.kvA());
        put(numbers, "kv_b_proj.weight", w.kvB());
        put(numbers, "o_proj.weight", w.o());
        put(numbers, "q_a_proj.bias", w.qABias());
        put(numbers, "q_a_layernorm.weight", w.qANorm());
        put(numbers, "kv_a_proj_with_mqa.bias", w.kvABias());
        put(numbers, "kv_a_layernorm.weight", w.kvANorm());
        put(numbers, "o_proj.bias", w.oBias());
        return numbers;
    }

    private static void put(Map<String, float[]> numbers, String name, float @Nullable [] vector) {
        if (vector != null) {
            numbers.put(name, vector);
        }
    }

    private static void put(Map<String, float[]> numbers, String name, @Nullable Matrix matrix) {
        if (matrix != null) {
            float[] all = new float[Math.multiplyExact(matrix.rows(), matrix.columns())];
            float[] row = new float[matrix.columns()];
            for (int i = 0; i < matrix.rows(); i++) {
                matrix.read(i, row);
                System.arraycopy(row, 0, all, i * row.length, row.length);
            }
            numbers.put(name, all);
        }
    }

    /** The weights of a layer of these numbers. */
    static MlaWeights weights(MlaConfig config, Map<String, float[]> numbers) {
        WeightList list = new WeightList();
        new AttentionBlock(config).weights(list);
        Map<String, Weight> shapes = list.weights();
        return MlaWeights.of(config, new NamedWeights() {
            @Override
            public Matrix matrix(String name) {
                int columns = Math.toIntExact(Objects.requireNonNull(shapes.get(name), name).shape().getLast());
                float[] values = read(name);
                return Matrix.of(values.length / columns, columns, values);
            }

            @Override
            public float[] read(String name) {
                return Objects.requireNonNull(numbers.get(name), name);
            }
        });
    }
}
