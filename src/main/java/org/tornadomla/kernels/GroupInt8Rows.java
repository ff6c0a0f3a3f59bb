package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Rows of {@link Int8Rows} as kernels of work-groups read and make them, number by number, inlined there. */
final class GroupInt8Rows {

    private GroupInt8Rows() {
    }

    /** Vectors of a number of numbers. */
    private static int vectors(int numbers) {
        return (numbers + Lanes.WIDTH - 1) / Lanes.WIDTH;
    }

    /** Ints of a row that hold latents. */
    static int latentWords(int latentDim) {
        return Int8Rows.blocks(vectors(latentDim)) * Lanes.WIDTH;
    }

    /** Ints of a row. */
    static int words(int latentDim, int ropeDim) {
        return Int8Rows.vectors(vectors(latentDim), vectors(ropeDim)) * Lanes.WIDTH;
    }

    /**
     * A number of a row, widened.
     *
     * @param pool  [slots, ints of a row]. Not modified
     * @param row   where the row begins
     * @param place which number of [latent, padding | rotary key, padding]
     */
    static float number(IntArray pool, int row, int place, int latentDim, int ropeDim) {
        int ropeAt = Groups.padded(latentDim);
        int block = place / Int8Rows.BLOCK;
        int index = place - ropeAt;
        if (place < ropeAt) {
            index = Groups.padded(ropeDim) + block;
        }
        int pair = pool.get(row + latentWords(latentDim) + index / Bf16.NUMBERS * Lanes.WIDTH + index % Lanes.WIDTH);
        float number = Bf16.lower(pair >> index / Lanes.WIDTH % Bf16.PACKED * Short.SIZE);
        if (place < ropeAt) {
            int word = pool.get(row + block * Lanes.WIDTH + place % Lanes.WIDTH);
            int right = place % Int8Rows.BLOCK / Lanes.WIDTH * Byte.SIZE;
            // The sign comes by arithmetic: PTX and SPIR-V move zeros in where OpenCL moves the sign.
            number *= (float) ((word >> right) + 128 & 255) - 128f;
        }
        return number;
    }

    /**
     * A number of a latent before it is rounded; 0 behind the last.
     *
     * @param kv    rows that a product left. Not modified
     * @param from  where the token's latent begins in kv
     * @param norm  weights of the norm. Not modified
     * @param flags as of {@link GroupPool}
     * @param scale the norm's factor
     */
    static float latent(FloatArray kv, int from, FloatArray norm, int flags, float scale, int element, int latentDim) {
        // No condition: in some sizes it would always hold, which TornadoVM finds out too late to compile it.
        int present = Math.min(1, Math.max(0, latentDim - element));
        int place = Math.min(element, latentDim - 1);
        float number = kv.get(from + place);
        if ((flags & GroupPool.NORMALISE) != 0) {
            number = number * scale * norm.get(place);
        }
        return number * present;
    }

    /** The scale of a block, NaN where a number of it is; parameters as of {@link #latent}. */
    static float scale(FloatArray kv, int from, FloatArray norm, int flags, float scale, int block, int latentDim) {
        float largest = 0f;
        float spoiled = 0f;
        for (int i = 0; i < Int8Rows.BLOCK; i++) {
            float number = latent(kv, from, norm, flags, scale, block * Int8Rows.BLOCK + i, latentDim);
            float magnitude = number < 0f ? -number : number;
            largest = magnitude > largest ? magnitude : largest;
            spoiled += number * 0f;
        }
        return Int8Rows.scale(largest + spoiled);
    }
}
