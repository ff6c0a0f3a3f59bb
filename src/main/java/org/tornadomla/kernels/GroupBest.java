package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The largest numbers of rows and where they stand, so that a few candidates come to the host and not a row of logits.
 * Two passes: a group finds the largest of a part of a row; then, with the results of all parts of a row as one part, a
 * group finds the largest of those.
 */
public final class GroupBest {

    /** Value of a candidate where a part has fewer numbers than candidates are wanted. */
    public static final float NONE = Softmax.HIDDEN;

    private GroupBest() {
    }

    /**
     * Finds the largest numbers of each part of each row, in falling order, of equal ones the first.
     *
     * @param context groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x       [rows, xStride] floats; the first width of a row count. Not modified
     * @param names   [rows, xStride] what the numbers of x are called, read when named is 1. Not modified
     * @param step    the number of rows is at rowsAt. Not modified
     * @param named   1 when names counts; 0 where a number's name is its place in the row
     * @param rowsAt  index of the row count in step
     * @param width   numbers of a row
     * @param xStride numbers between rows of x
     * @param length  numbers of a part; the last one of a row may have fewer
     * @param count   how many are wanted of each part
     * @param values  [rows, parts, count] floats; {@link #NONE} where there are too few. Modified
     * @param ids     [rows, parts, count] their names; any where there are too few. Modified
     */
    public static void largest(KernelContext context, FloatArray x, IntArray names, IntArray step, int named,
            int rowsAt, int width, int xStride, int length, int count, FloatArray values, IntArray ids) {
        float[] numbers = context.allocateFloatLocalArray(length);
        float[] best = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int[] places = context.allocateIntLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int parts = (width + length - 1) / length;
        int all = step.get(rowsAt) * parts;
        // A bound that is no constant: unrolled, the barriers are too many for some compilers.
        int rounds = Math.min(count, all * count);
        for (int part = context.groupIdx; part < all; part += groups) {
            int row = part / parts;
            int from = (part - row * parts) * length;
            for (int i = item; i < length; i += items) {
                float number = NONE;
                if (from + i < width) {
                    number = x.get(row * xStride + from + i);
                }
                numbers[i] = number;
            }
            for (int k = 0; k < rounds; k++) {
                int place = item;
                float value = NONE;
                if (item < length) {
                    value = numbers[item];
                }
                for (int i = item + items; i < length; i += items) {
                    if (numbers[i] > value) {
                        value = numbers[i];
                        place = i;
                    }
                }
                best[item] = value;
                places[item] = place;
                context.localBarrier();
                for (int left = items; left > 1; left = (left + 1) / 2) {
                    if (item < left / 2) {
                        int other = item + (left + 1) / 2;
                        if (best[other] > best[item]) {
                            best[item] = best[other];
                            places[item] = places[other];
                        } else if (best[other] == best[item]) {
                            places[item] = Math.min(places[item], places[other]);
                        }
                    }
                    context.localBarrier();
                }
                if (item == 0) {
                    int found = places[0];
                    int id = from + found;
                    if (named == 1) {
                        id = names.get(row * xStride + Math.min(from + found, width - 1));
                    }
                    numbers[found] = NONE;
                    values.set(part * count + k, best[0]);
                    ids.set(part * count + k, id);
                }
                context.localBarrier();
            }
        }
    }
}
