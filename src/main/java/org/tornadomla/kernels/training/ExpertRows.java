package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Rows of tokens to the places of experts and back; each way is the other one's gradient. */
public final class ExpertRows {

    private ExpertRows() {
    }

    /**
     * Brings rows to places, one a work-item; empty places become zeros.
     *
     * @param x        [rows, stride] vectors. Not modified
     * @param pairOf   [places], the pair at a place, or -1. Not modified
     * @param weights  [rows, topK] floats, read when weighted is 1. Not modified
     * @param sizes    the number of places is at placesAt. Not modified
     * @param placesAt index of the number of places in sizes
     * @param topK     experts that a row takes
     * @param weighted 1 to multiply with the pair's weight
     * @param stride   vectors of a row
     * @param y        [places, stride] vectors. Modified
     */
    public static void gather(VectorFloat16 x, IntArray pairOf, FloatArray weights, IntArray sizes, int placesAt,
            int topK, int weighted, int stride, VectorFloat16 y) {
        for (@Parallel
        int place = 0; place < sizes.get(placesAt); place++) {
            int pair = Math.max(0, pairOf.get(place));
            float factor = 1f;
            if (weighted == 1) {
                factor = weights.get(pair);
            }
            if (pairOf.get(place) < 0) {
                factor = 0f;
            }
            for (int v = 0; v < stride; v++) {
                y.set(place * stride + v, Lanes.times(x.get(pair / topK * stride + v), factor));
            }
        }
    }

    /**
     * Zeroes empty places, one a work-item.
     *
     * @param pairOf   [places], the pair at a place, or -1. Not modified
     * @param sizes    the number of places is at placesAt. Not modified
     * @param placesAt index of the number of places in sizes
     * @param stride   vectors of a row
     * @param y        [places, stride] vectors. Modified
     */
    public static void clear(IntArray pairOf, IntArray sizes, int placesAt, int stride, VectorFloat16 y) {
        for (@Parallel
        int place = 0; place < sizes.get(placesAt); place++) {
            int vectors = stride;
            if (pairOf.get(place) >= 0) {
                vectors = 0;
            }
            for (int v = 0; v < vectors; v++) {
                y.set(place * stride + v, Lanes.zero());
            }
        }
    }

    /**
     * Adds up the places of each row's pairs, a row a work-item, in the order of the row's choice.
     *
     * @param x          [places, stride] vectors. Not modified
     * @param placeOf    [rows, topK], the place of a pair. Not modified
     * @param kept       [rows, topK], 1 for a pair that has a place. Not modified
     * @param weights    [rows, topK] floats, read when weighted is 1. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param topK       experts that a row takes
     * @param weighted   1 to multiply with the pair's weight
     * @param stride     vectors of a row
     * @param accumulate 1 to add to what y holds
     * @param y          [rows, stride] vectors. Modified
     */
    public static void sum(VectorFloat16 x, IntArray placeOf, IntArray kept, FloatArray weights, IntArray sizes,
            int rowsAt, int topK, int weighted, int stride, int accumulate, VectorFloat16 y) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            Rows.begin(y, row * stride, stride, accumulate);
            for (int k = 0; k < topK; k++) {
                int pair = row * topK + k;
                int place = placeOf.get(pair) * kept.get(pair);
                float factor = kept.get(pair);
                if (weighted == 1) {
                    factor = factor * weights.get(pair);
                }
                for (int v = 0; v < stride; v++) {
                    y.set(row * stride + v,
                            Float16.add(y.get(row * stride + v), Lanes.times(x.get(place * stride + v), factor)));
                }
            }
        }
    }

    /**
     * Gradient of the weights, a pair a work-item: the product of the row's gradient and the expert's result.
     *
     * @param dy       [rows, stride] vectors. Not modified
     * @param x        [places, stride] vectors, results of experts. Not modified
     * @param placeOf  [rows, topK], the place of a pair. Not modified
     * @param kept     [rows, topK], 1 for a pair that has a place. Not modified
     * @param sizes    the number of pairs is at pairsAt. Not modified
     * @param pairsAt  index of the number of pairs in sizes
     * @param topK     experts that a row takes
     * @param stride   vectors of a row
     * @param dweights [rows, topK] floats, 0 for a pair that was dropped. Modified
     */
    public static void weights(VectorFloat16 dy, VectorFloat16 x, IntArray placeOf, IntArray kept, IntArray sizes,
            int pairsAt, int topK, int stride, FloatArray dweights) {
        for (@Parallel
        int pair = 0; pair < sizes.get(pairsAt); pair++) {
            int place = placeOf.get(pair) * kept.get(pair);
            dweights.set(pair, kept.get(pair) * Rows.dot(dy, pair / topK * stride, x, place * stride, stride));
        }
    }
}
