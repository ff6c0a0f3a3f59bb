package org.tornadomla.kernels.training;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * How many tokens take each expert, and how many are sent to each device; and what the balance losses make of that
 * (DeepSeek-V2, equations 23 to 31).
 */
public final class ExpertLoads {

    private ExpertLoads() {
    }

    /**
     * Counts, an expert a work-item.
     *
     * @param chosen    [rows, topK], expert or -1. Not modified
     * @param sizes     the numbers of rows and experts are at rowsAt and expertsAt. Not modified
     * @param rowsAt    index of the row count in sizes
     * @param expertsAt index of the number of experts in sizes
     * @param topK      experts that a row takes
     * @param each      experts of a device
     * @param loads     [2, experts]: rows that take an expert, and rows that are sent to its device. Modified
     */
    public static void count(IntArray chosen, IntArray sizes, int rowsAt, int expertsAt, int topK, int each,
            IntArray loads) {
        for (@Parallel
        int expert = 0; expert < sizes.get(expertsAt); expert++) {
            int rows = sizes.get(rowsAt);
            int device = expert / each;
            int taken = 0;
            int sent = 0;
            for (int row = 0; row < rows; row++) {
                // A sum and no flag: one that the inner loop set to 1 came out wrong on TornadoVM 5.2.
                int here = 0;
                for (int k = 0; k < topK; k++) {
                    int other = chosen.get(row * topK + k);
                    if (other == expert) {
                        taken += 1;
                    }
                    if (other >= device * each && other < device * each + each) {
                        here += 1;
                    }
                }
                sent += Math.min(1, here);
            }
            loads.set(expert, taken);
            loads.set(sizes.get(expertsAt) + expert, sent);
        }
    }

    /**
     * Gradients of the three losses by the scores of a row, an expert a work-item.
     *
     * @param loads     [2, experts]. Not modified
     * @param factors   [3] floats: of the losses of experts, devices and communication, each over the tokens. Not
     *                      modified
     * @param sizes     the number of experts is at expertsAt. Not modified
     * @param expertsAt index of the number of experts in sizes
     * @param each      experts of a device
     * @param costs     [experts] floats. Modified
     */
    public static void costs(IntArray loads, FloatArray factors, IntArray sizes, int expertsAt, int each,
            FloatArray costs) {
        for (@Parallel
        int expert = 0; expert < sizes.get(expertsAt); expert++) {
            int device = 0;
            for (int e = 0; e < each; e++) {
                device += loads.get(expert / each * each + e);
            }
            float sent = loads.get(sizes.get(expertsAt) + expert);
            costs.set(expert, factors.get(0) * loads.get(expert) + factors.get(1) * device + factors.get(2) * sent);
        }
    }
}
