package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Rows that products read, as whole numbers of 8 bits with a scale for each {@value #GROUP} of them: the largest is 127
 * scales. Eight ints hold a group, byte j of int i its number 8 j + i; a ninth holds the sum of the group.
 */
public final class RoundedRows {

    /** Numbers that share a scale. */
    public static final int GROUP = 32;
    /** Ints of a group. */
    public static final int INTS = 8;
    /** Ints from a group to the next. */
    public static final int STRIDE = 9;

    private static final float LARGEST = 127f;
    /** Smaller groups are all 0, since a float has no room for what they would be multiplied with. */
    private static final float LEAST = 1.0e-30f;

    private RoundedRows() {
    }

    /**
     * Rounds the rows that a product multiplies, in the order in which it takes them.
     *
     * @param x      [rows, xStride] floats. Not modified
     * @param groups as for {@link MatMul#rows}, and so all that follow. Not modified
     * @param k      numbers of a row; those behind the last are 0
     * @param scales [rows, ceil(k / 32)] floats: what the numbers of a group are multiplied with. Modified
     * @param values [rows, ceil(k / 32), 9] ints. Modified
     */
    public static void rows(FloatArray x, IntArray groups, int activeAt, int rowsAt, int tokensAt, int first,
            int matrices, int k, int xStride, FloatArray scales, IntArray values) {
        for (@Parallel
        int unit = 0; unit < groups.get(activeAt) * ((k + GROUP - 1) / GROUP); unit++) {
            int parts = (k + GROUP - 1) / GROUP;
            int group = unit / parts;
            int part = unit - group * parts;
            int count = Math.min(GROUP, k - part * GROUP);
            int end = ProductRows.end(groups, rowsAt, group, first, matrices);
            float[] numbers = new float[GROUP];
            int[] whole = new int[GROUP];
            for (int r = ProductRows.begin(groups, rowsAt, group, matrices); r < end; r++) {
                int from = ProductRows.source(groups, tokensAt, r) * xStride + part * GROUP;
                for (int i = 0; i < GROUP; i++) {
                    numbers[i] = 0f;
                }
                for (int i = 0; i < count; i++) {
                    numbers[i] = x.get(from + i);
                }
                float largest = 0f;
                // A number that is not finite makes its group's scale NaN, which a comparison alone would pass over.
                float spoiled = 0f;
                for (int i = 0; i < GROUP; i++) {
                    spoiled += numbers[i] * 0f;
                    largest = TornadoMath.max(largest, TornadoMath.abs(numbers[i]));
                }
                float factor = 0f;
                if (largest > LEAST) {
                    factor = LARGEST / largest;
                }
                int sum = 0;
                for (int i = 0; i < GROUP; i++) {
                    int n = (int) (numbers[i] * factor + 128.5f) - 128;
                    whole[i] = n;
                    sum += n;
                }
                int place = r * parts + part;
                scales.set(place, largest / LARGEST + spoiled);
                for (int i = 0; i < INTS; i++) {
                    values.set(place * STRIDE + i, (whole[i] & 255) | (whole[i + 8] & 255) << 8
                            | (whole[i + 16] & 255) << 16 | whole[i + 24] << 24);
                }
                values.set(place * STRIDE + INTS, sum);
            }
        }
    }
}
