package org.tornadomla.tensor;

/**
 * A row of a matrix as a file stores it, in blocks of numbers with scales of their own.
 *
 * @param format name of the block format
 * @param bytes  whole blocks, one behind the other
 * @param skip   numbers of the first block that stand before the row
 * @param finite whether all numbers of the blocks are
 */
public record BlockRow(String format, byte[] bytes, int skip, boolean finite) {

    /** The same row without its first numbers. */
    BlockRow from(int numbers) {
        return new BlockRow(format, bytes, skip + numbers, finite);
    }
}
