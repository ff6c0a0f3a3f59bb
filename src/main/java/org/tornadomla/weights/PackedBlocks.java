package org.tornadomla.weights;

import java.util.Arrays;

import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Padding;

/** Weights of products that come in blocks of whole numbers with scales, or are rounded to such blocks. */
abstract class PackedBlocks extends PackedMatrix {

    private final IntegerBlock block;
    private final MatrixShape room;
    private final IntLanes values;
    private final int less;

    /**
     * Room for blocks.
     *
     * @param room   in which order the numbers stand
     * @param values room for the numbers
     * @param less   what is taken off a number before it is kept
     */
    PackedBlocks(IntegerBlockFormat format, MatrixShape shape, MatrixShape room, IntLanes values, int less) {
        super(format, shape);
        this.block = format.block();
        this.room = room;
        this.values = values;
        this.less = less;
    }

    final IntLanes values() {
        return values;
    }

    /** The whole number of a weight. */
    final int integer(int index, int output, int input) {
        return values.get(room.place(index, output, input)) + less;
    }

    /**
     * Where something of a part of an output's inputs stands, if there is one of it for each output.
     *
     * @param parts into which the inputs are divided
     */
    final int place(int index, int output, int part, int parts) {
        return (index * (shape().columns() / MatMul.BLOCK) + output / MatMul.BLOCK) * parts * MatMul.BLOCK
                + part * MatMul.BLOCK + output % MatMul.BLOCK;
    }

    @Override
    protected final String blockFormat() {
        return block.formatName();
    }

    /** Rounds the weights as a file would, and takes the numbers out of its blocks. */
    @Override
    protected final void putOutput(int index, int output, float[] weights) {
        float[] whole = Arrays.copyOf(weights, Padding.toMultiple(weights.length, block.blockLength()));
        int blocks = whole.length / block.blockLength();
        byte[] bytes = new byte[blocks * block.blockBytes()];
        block.encode(whole, 0, blocks, bytes, 0);
        putBlocks(index, output, new BlockRow(block.formatName(), bytes, 0, true), weights.length);
    }

    @Override
    protected final boolean putBlocks(int index, int output, BlockRow row, int count) {
        if (row.skip() % boundary() != 0) {
            return false;
        }
        int length = block.blockLength();
        int[] integers = new int[length];
        for (int input = 0; input < count; input++) {
            int within = (row.skip() + input) % length;
            int from = (row.skip() + input) / length * block.blockBytes();
            if (input == 0 || within == 0) {
                block.integers(row.bytes(), from, integers);
            }
            if (within % block.groupLength() == 0) {
                putScales(index, output, input, row.bytes(), from, within / block.groupLength());
            }
            values.put(room.place(index, output, input), integers[within] - less);
        }
        return true;
    }

    /** Numbers of a block at whose multiples a row may begin. */
    abstract int boundary();

    /**
     * Keeps the scales of a group.
     *
     * @param input the group's first
     * @param bytes blocks
     * @param from  index of the first byte of the group's block
     * @param group number of the group within the block
     */
    abstract void putScales(int index, int output, int input, byte[] bytes, int from, int group);

    @Override
    public final void putInput(int index, int input, float[] weights) {
        throw new IllegalStateException("weights of a product come an output at a time");
    }
}
