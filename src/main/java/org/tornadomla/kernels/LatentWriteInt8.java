package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/**
 * {@link LatentWrite} to a pool of {@link Int8Rows}: norm and rotation are float32, each number is rounded once, a
 * latent's to the nearest multiple of its block's scale.
 */
public final class LatentWriteInt8 {

    private LatentWriteInt8() {
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
     * @param pool      [slots, vectors of a row] vectors of {@link Int8Rows}. Rows named by the write records are
     *                      modified
     */
    public static void rows(VectorFloat16 kv, VectorFloat16 weight, FloatArray cosines, FloatArray sines, IntArray step,
            int writesAt, int latentDim, int ropeDim, int kvStride, int normalise, float eps, int layout,
            VectorInt16 pool) {
        for (@Parallel
        int i = 0; i < step.get(StepLayout.WRITES); i++) {
            int latentVectors = (latentDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int ropeVectors = (ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int blocks = Int8Rows.blocks(latentVectors);
            int pairs = Int8Rows.pairs(latentVectors, ropeVectors);
            int record = writesAt + i * StepLayout.WRITE_RECORD;
            int to = step.get(record + StepLayout.WRITE_SLOT) * (blocks + pairs);
            int source = step.get(record + StepLayout.WRITE_SOURCE);
            if (source < 0) {
                int from = (-1 - source) * (blocks + pairs);
                for (int v = 0; v < blocks + pairs; v++) {
                    pool.set(to + v, pool.get(from + v));
                }
            } else {
                int from = source * kvStride;
                float[] plain = new float[((ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH];
                for (int v = 0; v < ropeVectors; v++) {
                    Lanes.unpack(kv.get(from + latentVectors + v), plain, v * Lanes.WIDTH);
                }
                int position = step.get(record + StepLayout.WRITE_POSITION);
                float[] narrow = new float[((ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH
                        + (latentDim + Int8Rows.BLOCK * Lanes.WIDTH - 1) / (Int8Rows.BLOCK * Lanes.WIDTH) + 1) / 2
                        * Bf16.NUMBERS];
                Rotary.rotate(plain, cosines, sines, position, ropeDim, pairs * Bf16.NUMBERS, layout, narrow, 0);
                float scale = 1f;
                if (normalise == 1) {
                    scale = RmsNorm.scale(kv, from, latentVectors, latentDim, eps);
                }
                float[] block = new float[Int8Rows.BLOCK];
                int[] whole = new int[Int8Rows.BLOCK];
                for (int b = 0; b < blocks; b++) {
                    if (normalise == 1) {
                        for (int v = 0; v < Int8Rows.VECTORS; v++) {
                            int at = Math.min(b * Int8Rows.VECTORS + v, latentVectors - 1);
                            Lanes.unpack(Float16.mult(Lanes.times(kv.get(from + at), scale), weight.get(at)), block,
                                    v * Lanes.WIDTH);
                        }
                    } else {
                        for (int v = 0; v < Int8Rows.VECTORS; v++) {
                            int at = Math.min(b * Int8Rows.VECTORS + v, latentVectors - 1);
                            Lanes.unpack(kv.get(from + at), block, v * Lanes.WIDTH);
                        }
                    }
                    int present = Math.min(Int8Rows.BLOCK, latentVectors * Lanes.WIDTH - b * Int8Rows.BLOCK);
                    float largest = 0f;
                    float spoiled = 0f;
                    for (int n = 0; n < Int8Rows.BLOCK; n++) {
                        float magnitude = block[n] < 0f ? -block[n] : block[n];
                        largest = magnitude > largest ? magnitude : largest;
                        spoiled += block[n] * 0f;
                    }
                    float own = Int8Rows.scale(largest + spoiled);
                    float inverse = Int8Rows.inverse(own);
                    narrow[ropeVectors * Lanes.WIDTH + b] = own;
                    for (int n = 0; n < Int8Rows.BLOCK; n++) {
                        // No float is chosen by an int: TornadoVM's SPIR-V would compare them as what is chosen.
                        whole[n] = Int8Rows.nearest(block[n] * inverse) * Math.min(1, Math.max(0, present - n));
                    }
                    pool.set(to + b, pack(whole));
                }
                float[] moved = new float[Bf16.NUMBERS];
                int[] numbers = new int[Bf16.NUMBERS];
                Bf16.round(narrow, pairs, moved, numbers, pool, to + blocks);
            }
        }
    }

    /** A vector of 64 numbers, as {@link Int8} has them. */
    private static Int16 pack(int[] n) {
        return new Int16(word(n, 0), word(n, 1), word(n, 2), word(n, 3), word(n, 4), word(n, 5), word(n, 6), word(n, 7),
                word(n, 8), word(n, 9), word(n, 10), word(n, 11), word(n, 12), word(n, 13), word(n, 14), word(n, 15));
    }

    private static int word(int[] n, int lane) {
        return n[lane] & 255 | (n[lane + 16] & 255) << 8 | (n[lane + 32] & 255) << 16 | n[lane + 48] << 24;
    }
}
