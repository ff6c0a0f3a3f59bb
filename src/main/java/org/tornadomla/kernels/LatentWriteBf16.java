package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * {@link LatentWrite} to a pool of bfloat16 numbers: norm and rotation are float32, each number is rounded once, to
 * nearest even.
 */
public final class LatentWriteBf16 {

    private LatentWriteBf16() {
    }

    /**
     * Writes one row of the pool a work-item: of a new token, or a copy of another row (of a page that two sequences
     * shared).
     *
     * @param kv        [context tokens, kvStride] vectors: latent before its norm, then the key before rotation. Not
     *                      modified
     * @param weight    [latentVectors] vectors, 0 behind latentDim; read when normalise is 1. Not modified
     * @param cosines   [positions, ropeDim/2] floats. Not modified
     * @param sines     [positions, ropeDim/2] floats. Not modified
     * @param step      counts and write records. Not modified
     * @param writesAt  where the write records begin in step
     * @param latentDim numbers of a latent
     * @param ropeDim   numbers of a rotary key
     * @param kvStride  vectors between rows of kv
     * @param normalise 1 for an RMS norm on the latent
     * @param eps       the norm's
     * @param layout    the rotary layout
     * @param pool      [slots, ceil((latentVectors + ropeVectors) / 2)] vectors of {@link Bf16} numbers. Rows named by
     *                      the write records are modified
     */
    public static void rows(VectorFloat16 kv, VectorFloat16 weight, FloatArray cosines, FloatArray sines, IntArray step,
            int writesAt, int latentDim, int ropeDim, int kvStride, int normalise, float eps, int layout,
            VectorInt16 pool) {
        for (@Parallel
        int i = 0; i < step.get(StepLayout.WRITES); i++) {
            int latentVectors = (latentDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int ropeVectors = (ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int packedVectors = (latentVectors + ropeVectors + 1) / 2;
            int record = writesAt + i * StepLayout.WRITE_RECORD;
            int to = step.get(record + StepLayout.WRITE_SLOT) * packedVectors;
            int source = step.get(record + StepLayout.WRITE_SOURCE);
            if (source < 0) {
                int from = (-1 - source) * packedVectors;
                for (int v = 0; v < packedVectors; v++) {
                    pool.set(to + v, pool.get(from + v));
                }
            } else {
                int from = source * kvStride;
                float[] row = new float[((latentDim + Lanes.WIDTH - 1) / Lanes.WIDTH
                        + (ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH + 1) / 2 * Bf16.NUMBERS];
                if (normalise == 1) {
                    float scale = RmsNorm.scale(kv, from, latentVectors, latentDim, eps);
                    for (int v = 0; v < latentVectors; v++) {
                        Lanes.unpack(Float16.mult(Lanes.times(kv.get(from + v), scale), weight.get(v)), row,
                                v * Lanes.WIDTH);
                    }
                } else {
                    for (int v = 0; v < latentVectors; v++) {
                        Lanes.unpack(kv.get(from + v), row, v * Lanes.WIDTH);
                    }
                }
                float[] plain = new float[((ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH];
                for (int v = 0; v < ropeVectors; v++) {
                    Lanes.unpack(kv.get(from + latentVectors + v), plain, v * Lanes.WIDTH);
                }
                int position = step.get(record + StepLayout.WRITE_POSITION);
                int rotary = latentVectors * Lanes.WIDTH;
                Rotary.rotate(plain, cosines, sines, position, ropeDim, packedVectors * Bf16.NUMBERS - rotary, layout,
                        row, rotary);
                float[] moved = new float[Bf16.NUMBERS];
                int[] numbers = new int[Bf16.NUMBERS];
                Bf16.round(row, packedVectors, moved, numbers, pool, to);
            }
        }
    }
}
