package org.tornadomla.weights;

import java.util.Locale;

import org.tornadomla.blocks.BlockFormats;
import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.RowBlock;

/**
 * Whole numbers with scales, as a block format of GGUF has them. Weights of files in that format are kept exactly,
 * others are rounded as such a file would hold them. The two matrices that attention multiplies by heads have the same
 * numbers, see {@link HeadBlocks}.
 */
abstract class IntegerBlockFormat implements NumberFormat {

    private final String name;
    private final int bits;
    private final IntegerBlock block;

    /**
     * A format.
     *
     * @param name what a user writes, the block format's in lower case
     * @param bits of a number on the device, 8 or 4
     */
    IntegerBlockFormat(String name, int bits) {
        this(name, bits, BlockFormats.integers(name.toUpperCase(Locale.ROOT)).orElseThrow());
    }

    /** A format of numbers of a block format that has another name. */
    IntegerBlockFormat(String name, int bits, IntegerBlock block) {
        this.name = name;
        this.bits = bits;
        this.block = block;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int bits() {
        return bits;
    }

    @Override
    public final int piece() {
        return block.groupLength();
    }

    final IntegerBlock block() {
        return block;
    }

    @Override
    public final long places(MatrixShape shape) {
        return shape.use() == MatrixUse.PRODUCT ? room(shape).blockNumbers() : shape.blockNumbers();
    }

    @Override
    public final long bytes(MatrixShape shape) {
        return shape.use() == MatrixUse.PRODUCT
                ? room(shape).blockNumbers() * bits / Byte.SIZE + scaleBytes(shape)
                : HeadBlocks.bytes(block, shape);
    }

    /** Bytes of all that is kept beside the numbers of products. */
    abstract long scaleBytes(MatrixShape shape);

    @Override
    public final PackedMatrix allocate(String what, MatrixShape shape) {
        if (shape.use() == MatrixUse.PRODUCT) {
            MatrixShape room = room(shape);
            return allocate(what, shape, room, IntLanes.allocate(room.blockNumbers(), Integer.SIZE / bits));
        }
        return new HeadBlocks(this, what, shape);
    }

    /**
     * Room for matrices of products.
     *
     * @param what   what they are, for messages
     * @param room   in which order their numbers stand
     * @param values room for the numbers
     */
    abstract PackedMatrix allocate(String what, MatrixShape shape, MatrixShape room, IntLanes values);

    @Override
    public NumberFormat ofTables() {
        return this;
    }

    @Override
    public NumberFormat inRows() {
        return new GroupedIntegers(this, block);
    }

    @Override
    public final String toString() {
        return name;
    }

    /** The shape with inputs more where an int would be torn in two. */
    private MatrixShape room(MatrixShape shape) {
        return MatrixShape.product(shape.matrices(), shape.outputs(), Padding.toMultiple(shape.inputs(), together()));
    }

    /** Inputs that cannot be parted: those of an int. */
    int together() {
        return Byte.SIZE / bits;
    }

    /**
     * Numbers of a block at whose multiples a row may begin that is kept as it is stored.
     *
     * @param inputs numbers of the row
     */
    abstract int boundary(int inputs);

    /**
     * Blocks of a row as a file has them where they can stand so, else those to which a file would round it.
     *
     * @param inputs numbers that the matrix has room for in a row
     */
    final BlockRow blocks(RowBlock rows, int place, int inputs) {
        BlockRow stored = rows.stored(place, block.formatName());
        return stored != null && stored.skip() % boundary(inputs) == 0
                ? stored
                : StoredIntegers.rounded(block, rows.numbers(place));
    }

    /** Groups of inputs that share a scale. */
    final int groups(MatrixShape shape) {
        return Math.ceilDiv(shape.inputs(), block.groupLength());
    }
}
