package org.tornadomla.gguf;

import java.util.Optional;
import org.tornadomla.blocks.BlockEncoder;
import org.tornadomla.blocks.BlockFormats;
import org.tornadomla.blocks.PlainFormat;

/**
 * Number formats that a model's matrices are written in, with the number that says so in {@code general.file_type}. As
 * llama.cpp's own quantisation does, rows that a format's blocks do not divide take the next larger format of small
 * blocks, and the head takes six bits where the others take four or five.
 */
public enum FileType {
    /** 32-bit IEEE. */
    F32(0, "F32", "F32", "F32"),
    /** 16-bit IEEE. */
    F16(1, "F16", "F16", "F16"),
    /** bfloat16. */
    BF16(32, "BF16", "BF16", "BF16"),
    /** 8 bits, a scale for each 32. */
    Q8_0(7, "Q8_0", "Q8_0", "Q8_0"),
    /** 4 bits, a scale for each 32. */
    Q4_0(2, "Q4_0", "Q4_0", "Q6_K"),
    /** 4 bits, scales of 6 bits. */
    Q4_K(14, "Q4_K", "Q5_0", "Q6_K"),
    /** 5 bits, scales of 6 bits. */
    Q5_K(16, "Q5_K", "Q5_1", "Q6_K"),
    /** 6 bits, scales of 8 bits. */
    Q6_K(18, "Q6_K", "Q8_0", "Q6_K");

    private final int number;
    private final String format;
    private final String fallback;
    private final String head;

    FileType(int number, String format, String fallback, String head) {
        this.number = number;
        this.format = format;
        this.fallback = fallback;
        this.head = head;
    }

    /** The number in the file. */
    int number() {
        return number;
    }

    /** Whether matrices are rounded to blocks. */
    boolean isQuantized() {
        return this != F32 && this != F16 && this != BF16;
    }

    /**
     * The format of a matrix.
     *
     * @param tensor its name in the file
     * @param width  numbers a row
     */
    BlockEncoder of(String tensor, long width) {
        if (tensor.equals(GgufNames.HEAD)) {
            return fitting(width, head, "Q8_0");
        }
        return fitting(width, format, fallback);
    }

    private static BlockEncoder fitting(long width, String... names) {
        for (String name : names) {
            BlockEncoder encoder = BlockFormats.encoder(name).orElseThrow();
            if (width % encoder.blockLength() == 0) {
                return encoder;
            }
        }
        return PlainFormat.F16;
    }

    /** The plain numbers of this type; empty where it has blocks, which safetensors have no name for. */
    public Optional<PlainFormat> plain() {
        return isQuantized() ? Optional.empty() : Optional.of(PlainFormat.valueOf(format));
    }
}
