package org.tornadomla.blocks;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A number format that stores numbers in blocks of a fixed size, each with its own scales. Objects hold no state, so
 * several threads may share one.
 */
public interface BlockFormat {

    /** Most bytes that are copied out of a mapping at once. */
    int CHUNK = 1 << 14;

    /** The format's name as GGUF writes it, for example {@code Q4_K}. */
    String formatName();

    /** Numbers a block. */
    int blockLength();

    /** Bytes a block. */
    int blockBytes();

    /**
     * Reads blocks as the format defines them, exactly.
     *
     * @param source blocks, one behind the other
     * @param from   index of the first block's first byte
     * @param blocks how many blocks
     * @param target Modified: receives {@code blocks} times {@link #blockLength()} numbers
     * @param at     index of the first number
     */
    void decode(byte[] source, int from, int blocks, float[] target, int at);

    /**
     * Reads whole blocks out of a mapping.
     *
     * @param source blocks
     * @param from   byte of the source at which the first block starts
     * @param target Modified: receives the numbers
     * @param at     index of the first number
     * @param count  how many numbers
     * @throws IllegalArgumentException when the count is no whole number of blocks
     */
    default void decode(MemorySegment source, long from, float[] target, int at, int count) {
        int blocks = blocks(count);
        int most = Math.max(1, CHUNK / blockBytes());
        byte[] chunk = new byte[Math.min(most, blocks) * blockBytes()];
        for (int done = 0; done < blocks; done += most) {
            int now = Math.min(most, blocks - done);
            MemorySegment.copy(source, ValueLayout.JAVA_BYTE, from + (long) done * blockBytes(), chunk, 0,
                    now * blockBytes());
            decode(chunk, 0, now, target, at + done * blockLength());
        }
    }

    /**
     * Bytes of a number of values.
     *
     * @param count how many numbers
     * @throws IllegalArgumentException when the count is no whole number of blocks
     * @throws ArithmeticException      when the bytes overflow 64 bits
     */
    default long bytes(long count) {
        if (count < 0 || count % blockLength() != 0) {
            throw new IllegalArgumentException(
                    count + " numbers are no whole number of " + formatName() + " blocks of " + blockLength());
        }
        return Math.multiplyExact(count / blockLength(), (long) blockBytes());
    }

    private int blocks(int count) {
        if (count % blockLength() != 0) {
            throw new IllegalArgumentException(
                    count + " numbers are no whole number of " + formatName() + " blocks of " + blockLength());
        }
        return count / blockLength();
    }
}
