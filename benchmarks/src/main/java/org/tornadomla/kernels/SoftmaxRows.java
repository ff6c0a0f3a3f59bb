package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The library's streamed softmax on its own: attention computes it on scores in private memory, between two products.
 * In the library's package, since its parts are not public.
 */
public final class SoftmaxRows {

    private static final int BLOCK = 32;

    private SoftmaxRows() {
    }

    /**
     * Softmax of rows, one a work-item: maximum and sum in one pass over blocks of keys, weights in a second.
     *
     * @param scores [rows, keys] floats. Not modified
     * @param step   the number of rows is at 0. Not modified
     * @param keys   a multiple of 32
     * @param y      [rows, keys] floats: weights. Modified
     */
    public static void rows(FloatArray scores, IntArray step, int keys, FloatArray y) {
        for (@Parallel
        int row = 0; row < step.get(0); row++) {
            float[] block = new float[BLOCK];
            float maximum = Softmax.HIDDEN;
            float sum = 0f;
            for (int from = 0; from < keys; from += BLOCK) {
                for (int i = 0; i < BLOCK; i++) {
                    block[i] = scores.get(row * keys + from + i);
                }
                float larger = Softmax.maximum(block, 0, BLOCK, maximum);
                sum = sum * TornadoMath.exp(maximum - larger) + Softmax.exponentials(block, 0, BLOCK, larger);
                maximum = larger;
            }
            float inverse = 1f / sum;
            for (int from = 0; from < keys; from += BLOCK) {
                for (int i = 0; i < BLOCK; i++) {
                    block[i] = scores.get(row * keys + from + i);
                }
                Softmax.exponentials(block, 0, BLOCK, maximum);
                for (int i = 0; i < BLOCK; i++) {
                    y.set(row * keys + from + i, block[i] * inverse);
                }
            }
        }
    }
}
