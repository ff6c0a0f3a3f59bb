package org.tornadomla.weights;

import java.util.Arrays;

import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Padding;

/** Rows of blocks of whole numbers, taken apart. */
final class StoredIntegers {

    private StoredIntegers() {
    }

    /** The blocks to which a file would round a row. */
    static BlockRow rounded(IntegerBlock block, float[] weights) {
        float[] whole = Arrays.copyOf(weights, Padding.toMultiple(weights.length, block.blockLength()));
        int blocks = whole.length / block.blockLength();
        byte[] bytes = new byte[blocks * block.blockBytes()];
        block.encode(whole, 0, blocks, bytes, 0);
        return new BlockRow(block.formatName(), bytes, 0, true);
    }

    /**
     * The whole numbers of a row.
     *
     * @param less what is taken off each
     */
    static byte[] of(IntegerBlock block, BlockRow row, int count, int less) {
        byte[] numbers = new byte[count];
        int[] integers = new int[block.blockLength()];
        for (int done = 0; done < count;) {
            int at = row.skip() + done;
            int within = at % integers.length;
            int end = Math.min(integers.length, within + count - done);
            block.integers(row.bytes(), at / integers.length * block.blockBytes(), integers);
            for (int i = within; i < end; i++) {
                numbers[done++] = (byte) (integers[i] - less);
            }
        }
        return numbers;
    }

    /** Takes the place of a group of numbers. */
    @FunctionalInterface
    interface GroupTarget {

        /**
         * Takes a group.
         *
         * @param number of the group in the row
         * @param from   index of the first byte of its block
         * @param within number of the group within its block
         */
        void put(int number, int from, int within);
    }

    /** Goes through the groups of a row, which begins with a group. */
    static void eachGroup(IntegerBlock block, BlockRow row, int count, GroupTarget target) {
        int length = block.groupLength();
        for (int group = 0; group * length < count; group++) {
            int at = row.skip() + group * length;
            target.put(group, at / block.blockLength() * block.blockBytes(), at % block.blockLength() / length);
        }
    }
}
