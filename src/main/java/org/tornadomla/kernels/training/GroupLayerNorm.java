package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link LayerNormRows} for many cores: a group takes a row, its work-items neighbouring columns. */
public final class GroupLayerNorm {

    private GroupLayerNorm() {
    }

    /**
     * Norms rows, and keeps mean and r of each.
     *
     * @param context groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x       [rows, stride] floats. Not modified
     * @param weight  [width] floats. Not modified
     * @param bias    [width] floats. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param width   floats of a row that count
     * @param stride  floats between rows
     * @param eps     added to the variance
     * @param kept    [rows, 2] floats, mean and r of each row. Modified
     * @param y       [rows, stride] floats, 0 behind width. Modified
     */
    public static void forward(KernelContext context, FloatArray x, FloatArray weight, FloatArray bias, IntArray sizes,
            int rowsAt, int width, int stride, float eps, FloatArray kept, FloatArray y) {
        float[] sums = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int rows = sizes.get(rowsAt);
        for (int row = context.groupIdx; row < rows; row += groups) {
            int at = row * stride;
            float sum = 0f;
            for (int i = item; i < width; i += items) {
                sum += x.get(at + i);
            }
            sums[item] = sum;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    sums[item] += sums[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float mean = sums[0] / width;
            context.localBarrier();
            float squares = 0f;
            for (int i = item; i < width; i += items) {
                float centred = x.get(at + i) - mean;
                squares += centred * centred;
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
                y.set(at + i, (x.get(at + i) - mean) * scale * weight.get(i) + bias.get(i));
            }
            Cells.clear(y, at + width + item, at + stride, items, 0);
            if (item == 0) {
                kept.set(2 * row, mean);
                kept.set(2 * row + 1, scale);
            }
            context.localBarrier();
        }
    }

    /**
     * Gradient of the rows.
     *
     * @param context    groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x          [rows, stride] floats. Not modified
     * @param weight     [width] floats. Not modified
     * @param kept       [rows, 2] floats, mean and r of each row. Not modified
     * @param dy         [rows, stride] floats. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param width      floats of a row that count
     * @param stride     floats between rows
     * @param accumulate 1 to add to what dx holds
     * @param dx         [rows, stride] floats, 0 behind width. Modified
     */
    public static void input(KernelContext context, FloatArray x, FloatArray weight, FloatArray kept, FloatArray dy,
            IntArray sizes, int rowsAt, int width, int stride, int accumulate, FloatArray dx) {
        float[] sums = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        float[] slopes = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int rows = sizes.get(rowsAt);
        for (int row = context.groupIdx; row < rows; row += groups) {
            int at = row * stride;
            float mean = kept.get(2 * row);
            float scale = kept.get(2 * row + 1);
            float sum = 0f;
            float products = 0f;
            for (int i = item; i < width; i += items) {
                float g = dy.get(at + i) * weight.get(i);
                sum += g;
                products += g * ((x.get(at + i) - mean) * scale);
            }
            sums[item] = sum;
            slopes[item] = products;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    sums[item] += sums[item + (left + 1) / 2];
                    slopes[item] += slopes[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float level = sums[0] / width;
            float slope = slopes[0] / width;
            for (int i = item; i < width; i += items) {
                float normed = (x.get(at + i) - mean) * scale;
                Cells.put(dx, at + i, (dy.get(at + i) * weight.get(i) - normed * slope - level) * scale, accumulate);
            }
            Cells.clear(dx, at + width + item, at + stride, items, accumulate);
            context.localBarrier();
        }
    }

    /**
     * Gradient of the weight, sixteen columns a group.
     *
     * @param context    groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x          [rows, stride] floats. Not modified
     * @param kept       [rows, 2] floats, mean and r of each row. Not modified
     * @param dy         [rows, stride] floats, 0 behind the row's numbers. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param columns    columns, a multiple of 16
     * @param stride     floats between rows
     * @param accumulate 1 to add to what dweight holds
     * @param dweight    [columns] floats. Modified
     */
    public static void weight(KernelContext context, FloatArray x, FloatArray kept, FloatArray dy, IntArray sizes,
            int rowsAt, int columns, int stride, int accumulate, FloatArray dweight) {
        float[] near = context.allocateFloatLocalArray(Cells.SUMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int rows = sizes.get(rowsAt);
        for (int block = context.groupIdx; block < columns / Cells.COLUMNS; block += groups) {
            for (int cell = item; cell < Cells.SUMS; cell += items) {
                int column = block * Cells.COLUMNS + cell % Cells.COLUMNS;
                float sum = 0f;
                for (int row = cell / Cells.COLUMNS; row < rows; row += Cells.PARTS) {
                    sum += dy.get(row * stride + column) * (x.get(row * stride + column) - kept.get(2 * row))
                            * kept.get(2 * row + 1);
                }
                near[cell] = sum;
            }
            context.localBarrier();
            for (int column = item; column < Cells.COLUMNS; column += items) {
                float sum = 0f;
                for (int cell = column; cell < Cells.SUMS; cell += Cells.COLUMNS) {
                    sum += near[cell];
                }
                Cells.put(dweight, block * Cells.COLUMNS + column, sum, accumulate);
            }
            context.localBarrier();
        }
    }
}
