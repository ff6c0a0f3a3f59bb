package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import org.tornadomla.kernels.Softmax;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link CrossEntropy} for many cores: a group takes a row, its work-items neighbouring classes. */
public final class GroupCrossEntropy {

    private GroupCrossEntropy() {
    }

    /**
     * The loss of rows, and the gradient of their logits.
     *
     * @param context groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param logits  [rows, stride] floats. Not modified
     * @param targets [rows], the class of each; negative for a row that does not count. Not modified
     * @param weights [rows] floats. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param width   classes
     * @param stride  floats between rows
     * @param losses  [rows] floats, 0 where a row does not count. Modified
     * @param dlogits [rows, stride] floats, 0 behind width. Modified
     */
    public static void rows(KernelContext context, FloatArray logits, IntArray targets, FloatArray weights,
            IntArray sizes, int rowsAt, int width, int stride, FloatArray losses, FloatArray dlogits) {
        float[] near = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int rows = sizes.get(rowsAt);
        for (int row = context.groupIdx; row < rows; row += groups) {
            int at = row * stride;
            float largest = Softmax.HIDDEN;
            for (int i = item; i < width; i += items) {
                largest = TornadoMath.max(largest, logits.get(at + i));
            }
            near[item] = largest;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    near[item] = TornadoMath.max(near[item], near[item + (left + 1) / 2]);
                }
                context.localBarrier();
            }
            float maximum = near[0];
            context.localBarrier();
            float own = 0f;
            for (int i = item; i < width; i += items) {
                own += TornadoMath.exp(logits.get(at + i) - maximum);
            }
            near[item] = own;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    near[item] += near[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float sum = near[0];
            int target = targets.get(row);
            float weight = 0f;
            if (target >= 0) {
                weight = weights.get(row);
            }
            for (int i = item; i < width; i += items) {
                float slope = weight * TornadoMath.exp(logits.get(at + i) - maximum) / sum;
                if (i == target) {
                    slope = slope - weight;
                    losses.set(row, weight * (TornadoMath.log(sum) + maximum - logits.get(at + i)));
                }
                dlogits.set(at + i, slope);
            }
            Cells.clear(dlogits, at + width + item, at + stride, items, 0);
            if (item == 0) {
                if (target < 0) {
                    losses.set(row, 0f);
                }
            }
            context.localBarrier();
        }
    }
}
