package org.tornadomla.tensor;

import org.tornadomla.annotation.PublicApi;

/** Number format in which the rows of the latent cache are kept; all arithmetic on them is 32-bit whatever it is. */
@PublicApi
public enum CacheType {
    /** 32-bit IEEE: what was computed. */
    F32(Float.BYTES),
    /**
     * The upper half of a 32-bit IEEE number, rounded to nearest even when a row is written: half the memory, each
     * number off by up to 2^-8 of itself; what is below 2^-126 becomes 0.
     */
    BF16(Short.BYTES),
    /**
     * Latents as 8-bit whole numbers with a bfloat16 scale for each 64, rotary keys in bfloat16: a number of a latent
     * is off by up to 1/254 of the largest of its 64.
     */
    INT8(Byte.BYTES);

    private final int bytes;

    CacheType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of a number of a latent, scales not counted. */
    public int bytes() {
        return bytes;
    }
}
