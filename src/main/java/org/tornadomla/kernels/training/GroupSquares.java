package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link SquaredNorm} for many cores: a group takes a row, one group all sums. */
public final class GroupSquares {

    /** Keeps the factor finite where all gradients are 0. */
    private static final float SMALLEST = 1e-6f;

    private GroupSquares() {
    }

    /**
     * Sums of squares.
     *
     * @param context groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x       [rows, stride] floats. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param stride  floats of a row
     * @param at      where the first row's sum stands among those of all gradients
     * @param sums    floats. Modified
     */
    public static void rows(KernelContext context, FloatArray x, IntArray sizes, int rowsAt, int stride, int at,
            FloatArray sums) {
        float[] near = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int rows = sizes.get(rowsAt);
        for (int row = context.groupIdx; row < rows; row += groups) {
            float own = 0f;
            for (int i = item; i < stride; i += items) {
                own += x.get(row * stride + i) * x.get(row * stride + i);
            }
            near[item] = own;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    near[item] += near[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            if (item == 0) {
                sums.set(at + row, near[0]);
            }
        }
    }

    /**
     * The factor min(1, limit / length).
     *
     * @param context one group; others do nothing
     * @param sums    sums of squares. Not modified
     * @param rates   the limit is at {@link SquaredNorm#LIMIT}; 0 for none. Not modified
     * @param sizes   the number of sums is at countAt. Not modified
     * @param countAt index of that number in sizes
     * @param clip    [2] floats: the factor, and the length. Modified
     */
    public static void factor(KernelContext context, FloatArray sums, FloatArray rates, IntArray sizes, int countAt,
            FloatArray clip) {
        float[] near = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int count = sizes.get(countAt);
        float own = 0f;
        for (int i = item; i < count; i += items) {
            own += sums.get(i);
        }
        near[item] = own;
        context.localBarrier();
        for (int left = items; left > 1; left = (left + 1) / 2) {
            if (item < left / 2) {
                near[item] += near[item + (left + 1) / 2];
            }
            context.localBarrier();
        }
        if (context.globalIdx == 0) {
            float length = TornadoMath.sqrt(near[0]);
            float limit = rates.get(SquaredNorm.LIMIT);
            float factor = 1f;
            if (limit > 0f) {
                factor = TornadoMath.min(1f, limit / (length + SMALLEST));
            }
            clip.set(0, factor);
            clip.set(1, length);
        }
    }
}
