package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * {@link LatentGather} from a pool of {@link Int8Rows}, which it widens: what follows works on float32 whatever the
 * cache holds.
 */
public final class LatentGatherInt8 {

    private LatentGatherInt8() {
    }

    /**
     * Widens one cached row a work-item.
     *
     * @param pool          [slots, vectors of a row] vectors of {@link Int8Rows}. Not modified
     * @param step          counts, block tables, and where each sequence's keys begin among the expanded ones. Not
     *                          modified
     * @param startsAt      where those beginnings stand in step, one a sequence of the batch
     * @param sequences     sequences of the batch
     * @param tablesAt      where the block tables begin in step
     * @param tableLength   pages of a block table
     * @param pageTokens    tokens of a page
     * @param latentVectors vectors of a latent
     * @param rowVectors    vectors of latent and rotary key once they are widened
     * @param latents       [expanded keys, 16 latentVectors] floats. Modified
     * @param rotary        [expanded keys, rowVectors - latentVectors] vectors. Modified
     */
    public static void rows(VectorInt16 pool, IntArray step, int startsAt, int sequences, int tablesAt, int tableLength,
            int pageTokens, int latentVectors, int rowVectors, FloatArray latents, VectorFloat16 rotary) {
        for (@Parallel
        int i = 0; i < step.get(StepLayout.EXPANDED_KEYS); i++) {
            int slot = Slots.ofExpanded(step, startsAt, sequences, tablesAt, tableLength, pageTokens, i);
            int ropeVectors = rowVectors - latentVectors;
            int blocks = Int8Rows.blocks(latentVectors);
            int from = slot * Int8Rows.vectors(latentVectors, ropeVectors);
            float[] scales = new float[Lanes.WIDTH];
            for (int v = 0; v < latentVectors; v++) {
                int block = v / Int8Rows.VECTORS;
                if (v % (Int8Rows.VECTORS * Lanes.WIDTH) == 0) {
                    int run = ropeVectors + block / Lanes.WIDTH;
                    Lanes.unpack(Bf16.numbers(pool, from + blocks + run / 2, run % 2 == 0 ? Bf16.LOWER : Bf16.UPPER),
                            scales, 0);
                }
                Float16 whole = Int8.numbers(pool, from + block, Int8.FIRST - v % Int8Rows.VECTORS * Byte.SIZE);
                Lanes.store(latents, (i * latentVectors + v) * Lanes.WIDTH,
                        Lanes.times(whole, scales[block % Lanes.WIDTH]));
            }
            for (int v = 0; v < ropeVectors; v++) {
                rotary.set(i * ropeVectors + v,
                        Bf16.numbers(pool, from + blocks + v / 2, v % 2 == 0 ? Bf16.LOWER : Bf16.UPPER));
            }
        }
    }
}
