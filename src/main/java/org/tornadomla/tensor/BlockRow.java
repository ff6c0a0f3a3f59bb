package org.tornadomla.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A row of a matrix as a file stores it, in blocks of numbers with scales of their own or as plain numbers.
 *
 * @param format name of the format
 * @param bytes  whole blocks, one behind the other, little-endian
 * @param skip   numbers of the first block that stand before the row
 * @param finite whether all numbers of the blocks are
 */
public record BlockRow(String format, byte[] bytes, int skip, boolean finite) {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Sets the same bits in each of the four 16-bit numbers of a long. */
    private static final long EACH = 0x0001_0001_0001_0001L;
    private static final long SIGNS = EACH << 15;

    /**
     * A row of 16-bit numbers.
     *
     * @param dtype {@link Dtype#BF16} or {@link Dtype#F16}
     */
    public static BlockRow sixteenBits(Dtype dtype, byte[] bytes) {
        return new BlockRow(dtype.name(), bytes, 0,
                isFinite(bytes, dtype == Dtype.BF16 ? Float16Bits.BFLOAT16 : Float16Bits.IEEE));
    }

    /** The exponents of 16-bit numbers: all bits of one are set in a NaN and in an infinity alone. */
    private enum Float16Bits {
        BFLOAT16(0x7F80, 0x80),
        IEEE(0x7C00, 0x400);

        private final long exponents;
        private final long lowest;

        Float16Bits(long exponent, long lowest) {
            this.exponents = EACH * exponent;
            this.lowest = EACH * lowest;
        }
    }

    /** One more than an exponent of ones is a sign bit, and no number carries into its neighbour. */
    private static boolean isFinite(byte[] bytes, Float16Bits kind) {
        long bad = 0;
        int whole = bytes.length / Long.BYTES * Long.BYTES;
        for (int at = 0; at < whole; at += Long.BYTES) {
            bad |= ((long) LONGS.get(bytes, at) & kind.exponents) + kind.lowest;
        }
        for (int at = whole; at < bytes.length; at += Short.BYTES) {
            bad |= ((bytes[at + 1] << Byte.SIZE | bytes[at] & 0xFF) & kind.exponents & 0xFFFF) + (kind.lowest & 0xFFFF);
        }
        return (bad & SIGNS) == 0;
    }

    /** The row's 16-bit numbers by their bits. */
    public short[] shorts(int count) {
        short[] numbers = new short[count];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(skip, numbers);
        return numbers;
    }

    /** The same row without its first numbers. */
    BlockRow from(int numbers) {
        return new BlockRow(format, bytes, skip + numbers, finite);
    }
}
