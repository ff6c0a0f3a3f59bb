package org.tornadomla.kernels;

/**
 * Rows of the latent pool in 8 bits: the latent as whole numbers times a scale for each {@link #BLOCK} of them, rotary
 * key and scales as {@link Bf16} numbers. A row is vectors of ints: one for each block of the latent, as {@link Int8}
 * has it, then those of the rotary key, padded to sixteen, with the scales behind it.
 */
public final class Int8Rows {

    /** Numbers that share a scale. */
    static final int BLOCK = 64;
    /** Vectors of a block once it is widened. */
    static final int VECTORS = BLOCK / Lanes.WIDTH;

    private Int8Rows() {
    }

    /** Blocks of a latent of so many vectors. */
    static int blocks(int latentVectors) {
        return (latentVectors + VECTORS - 1) / VECTORS;
    }

    /** Vectors of ints with bfloat16 numbers of a row: rotary key and scales. */
    static int pairs(int latentVectors, int ropeVectors) {
        return (ropeVectors + (blocks(latentVectors) + Lanes.WIDTH - 1) / Lanes.WIDTH + 1) / Bf16.PACKED;
    }

    /** Vectors of ints of a row. */
    static int vectors(int latentVectors, int ropeVectors) {
        return blocks(latentVectors) + pairs(latentVectors, ropeVectors);
    }

    /** Vectors of a row once all of it is widened: latent, padded to whole blocks, rotary key, scales. */
    public static int widened(int latentVectors, int ropeVectors) {
        return VECTORS * blocks(latentVectors) + Bf16.PACKED * pairs(latentVectors, ropeVectors);
    }

    /**
     * The scale of a block, as a row keeps it; a block with a number that is not finite is NaN as a whole.
     *
     * @param largest the largest magnitude of the block, plus each of its numbers times 0: a comparison alone would
     *                    pass over NaN
     */
    static float scale(float largest) {
        return Bf16.lower(Bf16.rounded(largest / Int8.LARGEST));
    }

    /** What numbers of a block are multiplied with to become whole ones; 0 for a scale of 0. */
    static float inverse(float scale) {
        float inverse = 0f;
        if (scale > 0f) {
            inverse = 1f / scale;
        }
        return inverse;
    }

    /** The nearest whole number; of two the one further from 0. */
    static int nearest(float number) {
        float half = number < 0f ? -0.5f : 0.5f;
        return (int) (number + half);
    }
}
