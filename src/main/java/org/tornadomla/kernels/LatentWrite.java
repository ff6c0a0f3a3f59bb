package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Writes the rows of the latent pool: the normalised latent and the rotated key of new tokens (DeepSeek-V2, eq. 41 and
 * 43).
 */
public final class LatentWrite {

    private LatentWrite() {
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
     * @param latentDim floats of a latent
     * @param ropeDim   floats of a rotary key
     * @param kvStride  vectors between rows of kv
     * @param normalise 1 for an RMS norm on the latent
     * @param eps       the norm's
     * @param layout    the rotary layout
     * @param pool      [slots, latentVectors + ropeVectors] vectors. Rows named by the write records are modified
     */
    public static void rows(VectorFloat16 kv, VectorFloat16 weight, FloatArray cosines, FloatArray sines, IntArray step,
            int writesAt, int latentDim, int ropeDim, int kvStride, int normalise, float eps, int layout,
            VectorFloat16 pool) {
        for (@Parallel
        int i = 0; i < step.get(StepLayout.WRITES); i++) {
            int latentVectors = (latentDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int ropeVectors = (ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int rowVectors = latentVectors + ropeVectors;
            int record = writesAt + i * StepLayout.WRITE_RECORD;
            int to = step.get(record + StepLayout.WRITE_SLOT) * rowVectors;
            int source = step.get(record + StepLayout.WRITE_SOURCE);
            if (source < 0) {
                int from = (-1 - source) * rowVectors;
                for (int v = 0; v < rowVectors; v++) {
                    pool.set(to + v, pool.get(from + v));
                }
            } else {
                int from = source * kvStride;
                if (normalise == 1) {
                    float scale = RmsNorm.scale(kv, from, latentVectors, latentDim, eps);
                    for (int v = 0; v < latentVectors; v++) {
                        pool.set(to + v, Float16.mult(Lanes.times(kv.get(from + v), scale), weight.get(v)));
                    }
                } else {
                    for (int v = 0; v < latentVectors; v++) {
                        pool.set(to + v, kv.get(from + v));
                    }
                }
                float[] plain = new float[((ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH];
                float[] rotated = new float[((ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH];
                for (int v = 0; v < ropeVectors; v++) {
                    Lanes.unpack(kv.get(from + latentVectors + v), plain, v * Lanes.WIDTH);
                }
                int position = step.get(record + StepLayout.WRITE_POSITION);
                Rotary.rotate(plain, cosines, sines, position, ropeDim, ropeVectors * Lanes.WIDTH, layout, rotated, 0);
                for (int v = 0; v < ropeVectors; v++) {
                    pool.set(to + latentVectors + v, Lanes.pack(rotated, v * Lanes.WIDTH));
                }
            }
        }
    }
}
