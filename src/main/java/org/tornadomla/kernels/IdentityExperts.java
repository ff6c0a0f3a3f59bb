package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** What experts without weights compute, which pass their input on (LongCat-Flash). */
public final class IdentityExperts {

    private IdentityExperts() {
    }

    /**
     * Copies the row of a token to the sorted row of each choice of such an expert, a token a work-item.
     *
     * @param x           [tokens, xStride] floats: input of the experts. Not modified
     * @param chosen      [tokens, perToken] expert numbers. Not modified
     * @param grouping    the plan of {@link ExpertGrouping}. Not modified
     * @param step        counts. Not modified
     * @param first       number of the first such expert; all from there on are
     * @param placesAt    where the sorted rows of choices begin in grouping
     * @param perToken    experts of a token
     * @param vectors     vectors of a row
     * @param xStride     floats between rows of x
     * @param partsStride vectors between rows of parts
     * @param parts       [sorted rows, partsStride] vectors. Rows of such choices are modified
     */
    public static void rows(FloatArray x, IntArray chosen, IntArray grouping, IntArray step, int first, int placesAt,
            int perToken, int vectors, int xStride, int partsStride, VectorFloat16 parts) {
        for (@Parallel
        int token = 0; token < step.get(StepLayout.TOKENS); token++) {
            float[] row = new float[Lanes.WIDTH];
            for (int k = token * perToken; k < token * perToken + perToken; k++) {
                if (chosen.get(k) >= first) {
                    int to = grouping.get(placesAt + k) * partsStride;
                    for (int v = 0; v < vectors; v++) {
                        for (int lane = 0; lane < Lanes.WIDTH; lane++) {
                            row[lane] = x.get(token * xStride + v * Lanes.WIDTH + lane);
                        }
                        parts.set(to + v, Lanes.pack(row, 0));
                    }
                }
            }
        }
    }
}
