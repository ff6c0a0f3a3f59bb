package org.tornadomla.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;

import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.tensor.BlockMatrix;
import org.tornadomla.tensor.BlockRow;

/** Random bytes as blocks, without those of which a factor is no number. */
record RandomBlocks(IntegerBlock block, int rows, int columns, byte[] bytes) implements BlockMatrix {

    RandomBlocks(IntegerBlock block, int rows, int columns, long seed) {
        this(block, rows, columns, new byte[Math.toIntExact(block.bytes((long) rows * columns))]);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] one = new byte[block.blockBytes()];
        for (int from = 0; from < bytes.length; from += one.length) {
            do {
                random.nextBytes(one);
                if (block.formatName().contains("INT4_")) {
                    // The scales of checkpoints have 16 bits, so that their products with numbers are exact; below 2
                    // none of these is infinite.
                    one[0] = 0;
                    one[1] = 0;
                    one[3] &= (byte) 0xBF;
                }
            } while (!Float.isFinite(block.unit(one, 0)) || !Float.isFinite(block.leastUnit(one, 0)));
            System.arraycopy(one, 0, bytes, from, one.length);
        }
    }

    private int rowBytes() {
        return Math.toIntExact(block.bytes(columns));
    }

    @Override
    public void read(int row, float[] target) {
        block.decode(bytes, row * rowBytes(), columns / block.blockLength(), target, 0);
    }

    @Override
    public BlockRow blocks(int row, String format) {
        assertEquals(block.formatName(), format);
        return new BlockRow(format, Arrays.copyOfRange(bytes, row * rowBytes(), (row + 1) * rowBytes()), 0, true);
    }
}
