package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Collects cached rows from their pages, in the order of positions, for expanded attention: latents for the expansion
 * to keys and values, rotary keys for the scores.
 */
public final class LatentGather {

    private LatentGather() {
    }

    /**
     * Copies one cached row a work-item.
     *
     * @param pool          [slots, rowVectors] vectors. Not modified
     * @param step          counts, block tables, and where each sequence's keys begin among the expanded ones. Not
     *                          modified
     * @param startsAt      where those beginnings stand in step, one a sequence of the batch
     * @param sequences     sequences of the batch
     * @param tablesAt      where the block tables begin in step
     * @param tableLength   pages of a block table
     * @param pageTokens    tokens of a page
     * @param latentVectors vectors of a latent
     * @param rowVectors    vectors of a pool row
     * @param latents       [expanded keys, 16 latentVectors] floats. Modified
     * @param rotary        [expanded keys, rowVectors - latentVectors] vectors. Modified
     */
    public static void rows(VectorFloat16 pool, IntArray step, int startsAt, int sequences, int tablesAt,
            int tableLength, int pageTokens, int latentVectors, int rowVectors, FloatArray latents,
            VectorFloat16 rotary) {
        for (@Parallel
        int i = 0; i < step.get(StepLayout.EXPANDED_KEYS); i++) {
            int slot = Slots.ofExpanded(step, startsAt, sequences, tablesAt, tableLength, pageTokens, i);
            for (int v = 0; v < latentVectors; v++) {
                Lanes.store(latents, (i * latentVectors + v) * Lanes.WIDTH, pool.get(slot * rowVectors + v));
            }
            for (int v = latentVectors; v < rowVectors; v++) {
                rotary.set(i * (rowVectors - latentVectors) + v - latentVectors, pool.get(slot * rowVectors + v));
            }
        }
    }
}
