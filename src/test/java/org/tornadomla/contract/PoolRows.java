package org.tornadomla.contract;

import java.util.Arrays;

import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.PackedBfloat16;
import org.tornadomla.tensor.PackedInt8;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Rounding;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Rows of a pool, [latent, padding | rotary key, padding], as the cache's format holds them.
 *
 * @param type   the format
 * @param latent numbers of a latent
 * @param rope   numbers of a rotary key
 */
record PoolRows(CacheType type, int latent, int rope) {

    private int ropeAt() {
        return Padding.toVectors(latent);
    }

    private int width() {
        return ropeAt() + Padding.toVectors(rope);
    }

    /** Ints of a row in fewer than 32 bits. */
    int ints() {
        return Padding.LANES * (type == CacheType.INT8
                ? new PackedInt8(latent, rope).vectors()
                : Math.ceilDiv(width(), 2 * Padding.LANES));
    }

    /** Rows as they are once they were kept; in 8 bits padding is 0. */
    float[] rounded(float[] rows) {
        return type == CacheType.F32 ? rows : unpacked(packed(rows));
    }

    /** [rows, width] as ints. */
    IntArray packed(float[] rows) {
        IntArray packed = new IntArray(rows.length / width() * ints());
        for (int row = 0; row < rows.length / width(); row++) {
            if (type == CacheType.INT8) {
                new PackedInt8(latent, rope).set(packed, row * ints(), payload(rows, row));
            } else {
                for (int i = 0; i < width(); i++) {
                    PackedBfloat16.set(packed, row * ints(), i, rows[row * width() + i]);
                }
            }
        }
        return packed;
    }

    private float[] payload(float[] rows, int row) {
        float[] payload = Arrays.copyOfRange(rows, row * width(), row * width() + latent + rope);
        System.arraycopy(rows, row * width() + ropeAt(), payload, latent, rope);
        return payload;
    }

    /** The numbers of ints. */
    float[] unpacked(IntArray packed) {
        float[] rows = new float[packed.getSize() / ints() * width()];
        float[] payload = new float[latent + rope];
        for (int row = 0; row < rows.length / width(); row++) {
            if (type == CacheType.INT8) {
                new PackedInt8(latent, rope).get(packed, row * ints(), payload);
                System.arraycopy(payload, 0, rows, row * width(), latent);
                System.arraycopy(payload, latent, rows, row * width() + ropeAt(), rope);
            } else {
                for (int i = 0; i < width(); i++) {
                    rows[row * width() + i] = PackedBfloat16.get(packed, row * ints(), i);
                }
            }
        }
        return rows;
    }

    /** [rows, latent] rounded. */
    float[] latents(float[] latents) {
        if (type != CacheType.INT8) {
            return Rounding.to(Dtype.valueOf(type.name()), latents);
        }
        PackedInt8 format = new PackedInt8(latent, 0);
        float[] rounded = new float[latents.length];
        for (int row = 0; row < latents.length / latent; row++) {
            IntArray ints = new IntArray(format.vectors() * Padding.LANES);
            float[] own = Arrays.copyOfRange(latents, row * latent, (row + 1) * latent);
            format.set(ints, 0, own);
            format.get(ints, 0, own);
            System.arraycopy(own, 0, rounded, row * latent, latent);
        }
        return rounded;
    }

    /** [rows, rope] rounded. */
    float[] rotary(float[] keys) {
        return Rounding.to(type == CacheType.F32 ? Dtype.F32 : Dtype.BF16, keys);
    }

    /**
     * How far a number may be off when it is kept.
     *
     * @param isLatent  whether it is one of a latent
     * @param magnitude of the number, and what it is off by before
     * @param largest   the same of the largest number of its latent
     */
    double rounding(boolean isLatent, double magnitude, double largest) {
        if (type == CacheType.INT8 && isLatent) {
            // Half a step; a step is a 127th of the largest number of a block, rounded to 8 bits.
            return 0.5 * largest / 127 * (1 + 0x1p-8) * (1 + 0x1p-20);
        }
        return type == CacheType.F32 || magnitude == 0 ? 0 : Math.scalb(0.5, Math.getExponent(magnitude) - 7);
    }
}
