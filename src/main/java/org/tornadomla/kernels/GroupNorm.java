package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The norm of {@link RmsNorm} for many cores: a group takes a row, its work-items neighbouring columns. */
public final class GroupNorm {

    private GroupNorm() {
    }

    /**
     * Normalises rows, y = weight * x / sqrt(mean(x^2) + eps).
     *
     * @param context groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x       [rows, xStride] floats; the first width of a row count. Not modified
     * @param weight  [width] floats. Not modified
     * @param step    the number of rows is at rowsAt, their list at listAt. Not modified
     * @param rowsAt  index of the row count in step
     * @param listAt  index of the first chosen row in step; negative for the first rows
     * @param width   floats of a row
     * @param xStride floats between rows of x
     * @param yStride floats between rows of y
     * @param eps     added to the mean square
     * @param y       [rows, yStride] floats; the first width of a row are written. Modified
     */
    public static void rows(KernelContext context, FloatArray x, FloatArray weight, IntArray step, int rowsAt,
            int listAt, int width, int xStride, int yStride, float eps, FloatArray y) {
        float[] sums = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int rows = step.get(rowsAt);
        for (int row = context.groupIdx; row < rows; row += groups) {
            int from = row * xStride;
            if (listAt >= 0) {
                from = step.get(listAt + row) * xStride;
            }
            float squares = 0f;
            for (int i = item; i < width; i += items) {
                float value = x.get(from + i);
                squares += value * value;
            }
            sums[item] = squares;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    sums[item] += sums[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float scale = 1f / TornadoMath.sqrt(sums[0] / width + eps);
            for (int i = item; i < width; i += items) {
                y.set(row * yStride + i, x.get(from + i) * scale * weight.get(i));
            }
            context.localBarrier();
        }
    }
}
