package org.tornadomla.weights;

import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.RowBlock;

/** Weights of products that come in blocks of whole numbers with scales, or are rounded to such blocks. */
abstract class PackedBlocks extends PackedMatrix {

    private final IntegerBlockFormat format;
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
        this.format = format;
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
        return kept(index, output, input) + less;
    }

    /** A number as it is kept. */
    int kept(int index, int output, int input) {
        return values.get(room.place(index, output, input));
    }

    /**
     * Keeps the numbers of a block of outputs.
     *
     * @param first the first output
     * @param rows  of each output; null for zeros
     * @param count numbers of a row
     */
    void keep(int index, int first, byte[][] rows, int count) {
        values.put(room.place(index, first, 0), rows, count);
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
    protected final void putBlock(int index, RowBlock rows) {
        byte[][] numbers = new byte[rows.count()][];
        BlockRow[] blocks = new BlockRow[rows.count()];
        for (int place = 0; place < rows.count(); place++) {
            if (rows.has(place)) {
                blocks[place] = format.blocks(rows, place, shape().inputs());
                numbers[place] = StoredIntegers.of(block, blocks[place], rows.columns(), less);
            }
        }
        keep(index, rows.first(), numbers, rows.columns());
        putScales(index, rows.first(), blocks, rows.columns());
    }

    /**
     * Keeps the scales of a block of outputs.
     *
     * @param first the first output
     * @param rows  blocks of each output; null for none
     * @param count numbers of a row
     */
    abstract void putScales(int index, int first, BlockRow[] rows, int count);

    @Override
    protected final void putInput(int index, RowBlock row) {
        throw new IllegalStateException("weights of a product come an output at a time");
    }
}
