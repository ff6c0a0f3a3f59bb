package org.tornadomla.tensor;

import java.util.Arrays;

/** Number format of a stored tensor, under its safetensors name. */
public enum Dtype {
    /** 64-bit IEEE. */
    F64(8, true),
    /** 32-bit IEEE. */
    F32(4, true),
    /** 16-bit IEEE. */
    F16(2, true),
    /** The upper half of a 32-bit IEEE number. */
    BF16(2, true),
    /** 8-bit: sign, 4 bits of exponent, 3 of fraction; no infinities. Weights in it have a scale a block. */
    F8_E4M3(1, true),
    /** 64-bit signed. */
    I64(8, false),
    /** 32-bit signed. */
    I32(4, false),
    /** 16-bit signed. */
    I16(2, false),
    /** 8-bit signed. */
    I8(1, false),
    /** 8-bit unsigned. */
    U8(1, false),
    /** A byte, 0 or 1. */
    BOOL(1, false),
    /** Any other format: such a tensor may stand in a file as long as nobody reads it. */
    OTHER(0, false);

    private final int bytes;
    private final boolean floating;

    Dtype(int bytes, boolean floating) {
        this.bytes = bytes;
        this.floating = floating;
    }

    /**
     * Size of one number.
     *
     * @return bytes, 0 for {@link #OTHER}
     */
    public int bytes() {
        return bytes;
    }

    /**
     * Whether weights may have this format.
     *
     * @return false for whole numbers and truth values
     */
    public boolean isFloating() {
        return floating;
    }

    /**
     * The format of a safetensors name.
     *
     * @param name as {@code "BF16"}
     * @return the format, {@link #OTHER} when this library does not read it
     */
    public static Dtype named(String name) {
        return Arrays.stream(values()).filter(dtype -> dtype.name().equals(name)).findFirst().orElse(OTHER);
    }
}
