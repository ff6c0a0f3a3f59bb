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
    BF16(Short.BYTES);

    private final int bytes;

    CacheType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of a number. */
    public int bytes() {
        return bytes;
    }
}
