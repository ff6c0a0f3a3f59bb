package org.tornadomla.benchmarks;

import org.tornadomla.tensor.Matrix;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.PackedMatrix;

/**
 * Rounds weights to what a number format can hold. Packing them again in that format changes nothing but the last bit
 * of a scale, so the error that a benchmark allows is that of 32-bit weights.
 */
final class Rounding {

    private Rounding() {
    }

    /**
     * Rounds in place.
     *
     * @param values  [outputs, columns]. Modified
     * @param columns inputs
     */
    static void to(NumberFormat format, float[] values, int columns) {
        int outputs = values.length / columns;
        PackedMatrix packed = new MatrixPacker(format).columns("weights", Matrix.of(outputs, columns, values), outputs,
                i -> i);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) packed.number(0, i / columns, i % columns);
        }
    }
}
