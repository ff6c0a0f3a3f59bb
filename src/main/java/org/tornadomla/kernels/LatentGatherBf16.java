package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * {@link LatentGather} from a pool of bfloat16 numbers, which it widens: what follows works on float32 whatever the
 * cache holds.
 */
public final class LatentGatherBf16 {

    private LatentGatherBf16() {
    }

    /**
     * Widens one cached row a work-item.
     *
     * @param pool          [slots, ceil(rowVectors / 2)] vectors of {@link Bf16} numbers. Not modified
     * @param step          counts, block tables, and where each sequence's keys begin among the expanded ones. Not
     *                          modified
     * @param startsAt      where those beginnings stand in step, one a sequence of the batch
     * @param sequences     sequences of the batch
     * @param tablesAt      where the block tables begin in step
     * @param tableLength   pages of a block table
     * @param pageTokens    tokens of a page
     * @param latentVectors vectors of a latent
     * @param rowVectors    vectors of a row once it is widened
     * @param latents       [expanded keys, 16 latentVectors] floats. Modified
     * @param rotary        [expanded keys, rowVectors - latentVectors] vectors. Modified
     */
    public static void rows(VectorInt16 pool, IntArray step, int startsAt, int sequences, int tablesAt, int tableLength,
            int pageTokens, int latentVectors, int rowVectors, FloatArray latents, VectorFloat16 rotary) {
        for (@Parallel
        int i = 0; i < step.get(StepLayout.EXPANDED_KEYS); i++) {
            int slot = Slots.ofExpanded(step, startsAt, sequences, tablesAt, tableLength, pageTokens, i);
            int from = slot * ((rowVectors + 1) / 2);
            for (int v = 0; v < rowVectors; v++) {
                Float16 numbers = Bf16.numbers(pool, from + v / 2, v % 2 == 0 ? Bf16.LOWER : Bf16.UPPER);
                if (v < latentVectors) {
                    Lanes.store(latents, (i * latentVectors + v) * Lanes.WIDTH, numbers);
                } else {
                    rotary.set(i * (rowVectors - latentVectors) + v - latentVectors, numbers);
                }
            }
        }
    }
}
