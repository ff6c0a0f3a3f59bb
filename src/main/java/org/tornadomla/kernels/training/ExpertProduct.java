package org.tornadomla.kernels.training;

import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Gradient of the matrices of experts, each from its own rows: dW = dy^T x. */
public final class ExpertProduct {

    private ExpertProduct() {
    }

    /**
     * An output of an expert a work-item.
     *
     * @param dyT        [places / 16, 16 dyVectors] vectors, rows of dy transposed, see {@link Blocks#transposed}. Not
     *                       modified
     * @param x          [places, stride] vectors, 0 at empty places. Not modified
     * @param groups     records of experts. Not modified
     * @param sizes      the number of all outputs is at unitsAt. Not modified
     * @param unitsAt    index of that number in sizes
     * @param outputs    rows of a matrix
     * @param dyVectors  vectors of a row of dy
     * @param vectors    vectors of a row of x that count
     * @param stride     vectors between rows of x and of the matrices
     * @param accumulate 1 to add to what dw holds
     * @param dw         [experts, outputs, stride] vectors. Modified
     */
    public static void weights(VectorFloat16 dyT, VectorFloat16 x, IntArray groups, IntArray sizes, int unitsAt,
            int outputs, int dyVectors, int vectors, int stride, int accumulate, VectorFloat16 dw) {
        for (@Parallel
        int unit = 0; unit < sizes.get(unitsAt); unit++) {
            int expert = unit / outputs;
            int output = unit - expert * outputs;
            int record = ExpertGrouping.RECORDS + expert * ExpertGrouping.RECORD;
            int first = groups.get(record + 1) / 16;
            int end = (groups.get(record + 2) + 15) / 16;
            // Outputs behind those that dy has are padding.
            if (output >= dyVectors * 16) {
                end = first;
            }
            for (int v = 0; v < vectors; v++) {
                Float16 sum = Lanes.zero();
                for (int block = first; block < end; block++) {
                    sum = Lanes.timesRows(dyT.get(block * dyVectors * 16 + output), x, block * 16 * stride + v, stride,
                            sum);
                }
                Rows.put(dw, unit * stride + v, sum, accumulate);
            }
        }
    }
}
