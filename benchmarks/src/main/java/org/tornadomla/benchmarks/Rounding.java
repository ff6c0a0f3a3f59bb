package org.tornadomla.benchmarks;

import java.util.Arrays;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.WeightType;

/**
 * Rounds weights to what a number format can hold. Packing them again in that format changes nothing but the last bit of a scale, so the
 * error that a benchmark allows is that of 32-bit weights.
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
    static void to(WeightType type, float[] values, int columns) {
        switch (type) {
            case F32 -> { }
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

    /**
     * Rounds W_UK and W_UV in place as the absorbed form takes them: a product for each head, with q_nope and the latent as inputs.
     *
     * @param kvB {@code kv_b_proj.weight} [heads, nope + v, rank]. Modified
     */
    static void absorbed(WeightType type, float[] kvB, MlaConfig config) {
        int rank = config.kvLoraRank();
        int nope = config.qkNopeHeadDim();
        int width = nope + config.vHeadDim();
        for (int head = 0; head < config.numHeads(); head++) {
            int at = head * width * rank;
            float[] keys = new float[rank * nope];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = kvB[at + i % nope * rank + i / nope];
            }
            to(type, keys, nope);
            for (int i = 0; i < keys.length; i++) {
                kvB[at + i % nope * rank + i / nope] = keys[i];
            }
            float[] values = Arrays.copyOfRange(kvB, at + nope * rank, at + width * rank);
            to(type, values, rank);
            System.arraycopy(values, 0, kvB, at + nope * rank, values.length);
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
