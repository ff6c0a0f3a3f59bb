package org.tornadomla.testing;

import java.util.HashMap;
import java.util.Map;

import org.tornadomla.config.ModelConfig;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.NamedWeights;

/** All weights of a model as the reference takes them. */
public final class SourceValues {

    private SourceValues() {
    }

    /** Numbers in row-major order, by name. */
    public static Map<String, float[]> of(ModelConfig model, NamedWeights source) {
        Map<String, float[]> values = new HashMap<>();
        model.weights().forEach((name, weight) -> values.put(name,
                weight.shape().size() == 1 ? source.read(name) : rows(source.matrix(name))));
        return values;
    }

    private static float[] rows(Matrix matrix) {
        float[] all = new float[matrix.rows() * matrix.columns()];
        float[] row = new float[matrix.columns()];
        for (int i = 0; i < matrix.rows(); i++) {
            matrix.read(i, row);
            System.arraycopy(row, 0, all, i * row.length, row.length);
        }
        return all;
    }
}
