package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link ExpertRows} for many cores: a work-item takes single numbers, neighbours beside each other. */
public final class GroupExpertRows {

    private GroupExpertRows() {
    }

    /**
     * Brings rows to places; empty places become zeros.
     *
     * @param context  any groups
     * @param x        [rows, stride] floats. Not modified
     * @param pairOf   [places], the pair at a place, or -1. Not modified
     * @param weights  [rows, topK] floats, read when weighted is 1. Not modified
     * @param sizes    the number of places is at placesAt. Not modified
     * @param placesAt index of the number of places in sizes
     * @param topK     experts that a row takes
     * @param weighted 1 to multiply with the pair's weight
     * @param stride   floats of a row
     * @param y        [places, stride] floats. Modified
     */
    public static void gather(KernelContext context, FloatArray x, IntArray pairOf, FloatArray weights, IntArray sizes,
            int placesAt, int topK, int weighted, int stride, FloatArray y) {
        int numbers = sizes.get(placesAt) * stride;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            int place = i / stride;
            int pair = pairOf.get(place);
            float value = 0f;
            if (pair >= 0) {
                value = x.get(pair / topK * stride + i - place * stride);
                if (weighted == 1) {
                    value = value * weights.get(pair);
                }
            }
            y.set(i, value);
        }
    }

    /**
     * Adds up the places of each row's pairs, in the order of the row's choice.
     *
     * @param context    any groups
     * @param x          [places, stride] floats. Not modified
     * @param placeOf    [rows, topK], the place of a pair. Not modified
     * @param kept       [rows, topK], 1 for a pair that has a place. Not modified
     * @param weights    [rows, topK] floats, read when weighted is 1. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param topK       experts that a row takes
     * @param weighted   1 to multiply with the pair's weight
     * @param stride     floats of a row
     * @param accumulate 1 to add to what y holds
     * @param y          [rows, stride] floats. Modified
     */
    public static void sum(KernelContext context, FloatArray x, IntArray placeOf, IntArray kept, FloatArray weights,
            IntArray sizes, int rowsAt, int topK, int weighted, int stride, int accumulate, FloatArray y) {
        int numbers = sizes.get(rowsAt) * stride;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            int row = i / stride;
            float sum = 0f;
            for (int pair = row * topK; pair < (row + 1) * topK; pair++) {
                if (kept.get(pair) == 1) {
                    float value = x.get(placeOf.get(pair) * stride + i - row * stride);
                    if (weighted == 1) {
                        value = value * weights.get(pair);
                    }
                    sum += value;
                }
            }
            Cells.put(y, i, sum, accumulate);
        }
    }

    /**
     * Gradient of the weights: the product of the row's gradient and the expert's result. Sixteen work-items share a
     * pair.
     *
     * @param context  groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param dy       [rows, stride] floats. Not modified
     * @param x        [places, stride] floats, results of experts. Not modified
     * @param placeOf  [rows, topK], the place of a pair. Not modified
     * @param kept     [rows, topK], 1 for a pair that has a place. Not modified
     * @param sizes    the number of pairs is at pairsAt. Not modified
     * @param pairsAt  index of the number of pairs in sizes
     * @param topK     experts that a row takes
     * @param stride   floats of a row
     * @param dweights [rows, topK] floats, 0 for a pair that was dropped. Modified
     */
    public static void weights(KernelContext context, FloatArray dy, FloatArray x, IntArray placeOf, IntArray kept,
            IntArray sizes, int pairsAt, int topK, int stride, FloatArray dweights) {
        float[] near = context.allocateFloatLocalArray(Cells.SUMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int pairs = sizes.get(pairsAt);
        for (int first = context.groupIdx * Cells.PARTS; first < pairs; first += groups * Cells.PARTS) {
            for (int cell = item; cell < Cells.SUMS; cell += items) {
                int pair = Math.min(first + cell / Cells.COLUMNS, pairs - 1);
                float sum = 0f;
                if (kept.get(pair) == 1) {
                    int at = pair / topK * stride;
                    int place = placeOf.get(pair) * stride;
                    for (int i = cell % Cells.COLUMNS; i < stride; i += Cells.COLUMNS) {
                        sum += dy.get(at + i) * x.get(place + i);
                    }
                }
                near[cell] = sum;
            }
            context.localBarrier();
            for (int part = item; part < Math.min(Cells.PARTS, pairs - first); part += items) {
                float sum = 0f;
                for (int i = 0; i < Cells.COLUMNS; i++) {
                    sum += near[part * Cells.COLUMNS + i];
                }
                dweights.set(first + part, sum);
            }
            context.localBarrier();
        }
    }
}
