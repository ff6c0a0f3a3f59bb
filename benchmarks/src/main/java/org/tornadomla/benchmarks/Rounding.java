package org.tornadomla.benchmarks;

import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.weights.NumberFormat;

/**
 * Rounds weights to what a number format can hold. Packing them again in that format changes nothing but the last bit
 * of a scale, so the error that a benchmark allows is that of 32-bit weights.
 */
final class Rounding {

    /** Inputs of an output that share a scale, and the largest whole number: as the library states them for 8 bits. */
    private static final int SCALED = 128;
    private static final int LARGEST = 127;

    private Rounding() {
    }

    /**
     * Rounds in place.
     *
     * @param values  [outputs, columns]. Modified
     * @param columns inputs
     */
    static void to(NumberFormat type, float[] values, int columns) {
        switch (type) {
            case F32 -> {
            }
            case BF16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Bfloat16.toFloat(Bfloat16.fromFloat(values[i]));
                }
            }
            case F16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
                }
            }
            case INT8 -> {
                for (int row = 0; row < values.length; row += columns) {
                    for (int from = 0; from < columns; from += SCALED) {
                        scale(values, row + from, row + Math.min(from + SCALED, columns));
                    }
                }
            }
        }
    }

    private static void scale(float[] values, int from, int to) {
        float largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        float scale = largest / LARGEST;
        for (int i = from; i < to && scale > 0; i++) {
            values[i] = Math.round(values[i] / scale) * scale;
        }
    }
}
