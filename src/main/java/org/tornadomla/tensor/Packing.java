package org.tornadomla.tensor;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Brings weights into the layouts that the kernels read. Where a layout has room that no weight fills, it holds zeros.
 */
public final class Packing {

    /**
     * Numbers that one thread packs at a time: enough to be worth a hand-over, few enough to keep all cores busy to the
     * end.
     */
    private static final long PIECE = 1 << 19;

    /** Inputs that are brought into columns at a time, so that what is read and written stays in the nearest cache. */
    private static final int TILE = 128;

    private Packing() {
    }

    /**
     * Packs a weight for the matrix product: blocks of {@code block} output columns; in a block, for each input, the
     * block's outputs.
     *
     * @param weight  [rows, columns]
     * @param outputs number of outputs of the packed weight, zeros included
     * @param block   outputs of a block, a multiple of 16; outputs is rounded up to a multiple of it
     * @param row     the row of the weight that an output takes, or -1 for none
     * @return [ceil(outputs/block), columns, block/16] vectors
     */
    public static VectorFloat16 columns(Matrix weight, int outputs, int block, IntUnaryOperator row) {
        VectorFloat16 packed = new VectorFloat16(
                Math.multiplyExact(Padding.toMultiple(outputs, block) / Padding.LANES, weight.columns()));
        columns(weight, outputs, block, row, packed, 0);
        return packed;
    }

    /**
     * Packs a weight for the matrix product, as {@link #columns(Matrix, int, int, IntUnaryOperator)}, into a part of an
     * array that holds zeros there.
     *
     * @param packed receives [ceil(outputs/block), columns, block/16] vectors. Modified
     * @param at     float of packed where they begin
     */
    private static void columns(Matrix weight, int outputs, int block, IntUnaryOperator row, VectorFloat16 packed,
            int at) {
        eachBlock(weight, outputs, block, row, rows -> {
            float[][] numbers = new float[rows.count()][];
            for (int place = 0; place < rows.count(); place++) {
                numbers[place] = rows.has(place) ? rows.numbers(place) : null;
            }
            inColumns(numbers, weight.columns(), block, packed.getArray(), at + (long) rows.first() * weight.columns());
        });
    }

    /**
     * Brings rows into columns: for each input the numbers of all rows.
     *
     * @param rows   numbers of at most {@code width} outputs; null for zeros
     * @param inputs numbers of a row
     * @param width  numbers of a column
     * @param target receives [inputs, width] floats. Modified
     * @param at     float of the target where they begin
     */
    public static void inColumns(float[][] rows, int inputs, int width, FloatArray target, long at) {
        float[] tile = new float[Math.min(inputs, TILE) * width];
        for (int from = 0; from < inputs; from += TILE) {
            int count = Math.min(TILE, inputs - from);
            for (int row = 0; row < rows.length; row++) {
                for (int i = 0; rows[row] != null && i < count; i++) {
                    tile[i * width + row] = rows[row][from + i];
                }
            }
            ArrayFill.put(target, at + (long) from * width, tile, count * width);
        }
    }

    /** Takes a row of a weight. */
    @FunctionalInterface
    public interface RowTarget {

        /**
         * Takes the row of an output.
         *
         * @param values the row; reused for the next
         */
        void put(int output, float[] values);
    }

    /** Takes the rows of a block of outputs. */
    @FunctionalInterface
    public interface BlockTarget {

        /** Takes rows, of which at least one is there; they are reused for the next block. */
        void put(RowBlock rows);
    }

    /**
     * Reads the row of each output, on all cores where that pays. Outputs of a block are read by one thread, in their
     * order, and the target is told of different blocks by different threads; what it makes of a row may depend on
     * nothing else.
     *
     * @param outputs number of outputs
     * @param block   outputs of a block
     * @param row     the row of the weight that an output takes, or -1 for none: then the target is not told
     */
    public static void eachRow(Matrix weight, int outputs, int block, IntUnaryOperator row, RowTarget target) {
        eachBlock(weight, outputs, block, row, rows -> {
            for (int place = 0; place < rows.count(); place++) {
                if (rows.has(place)) {
                    target.put(rows.first() + place, rows.numbers(place));
                }
            }
        });
    }

    /** The same for a target that takes the rows of a block together. */
    public static void eachBlock(Matrix weight, int outputs, int block, IntUnaryOperator row, BlockTarget target) {
        int blocks = Math.ceilDiv(outputs, block);
        long numbers = (long) outputs * weight.columns();
        int pieces = Math.clamp(numbers / PIECE, 1, blocks);
        IntStream.range(0, pieces).parallel().forEach(piece -> {
            RowBlock rows = new RowBlock(weight.reader(), block);
            int end = Math.min(outputs, from(piece + 1, pieces, blocks) * block);
            for (int output = from(piece, pieces, blocks) * block; output < end; output += block) {
                if (rows.move(output, Math.min(block, end - output), row)) {
                    target.put(rows);
                }
            }
        });
    }

    /**
     * Reads rows one by one.
     *
     * @param weight for this thread alone
     * @param count  how many
     * @param row    the row of the weight that a number stands for
     * @param target told of one row at a time
     */
    public static void eachRowOf(Matrix weight, int count, IntUnaryOperator row, BlockTarget target) {
        RowBlock rows = new RowBlock(weight, 1);
        for (int number = 0; number < count; number++) {
            rows.move(number, 1, row);
            target.put(rows);
        }
    }

    private static int from(int piece, int pieces, int blocks) {
        return (int) ((long) piece * blocks / pieces);
    }

    /**
     * Packs a weight row by row, each padded to whole vectors.
     *
     * @param weight  [rows, columns]
     * @param outputs number of rows of the packed weight
     * @param row     the row of the weight that an output takes
     * @return [outputs, ceil(columns/16)] vectors
     */
    public static VectorFloat16 rows(Matrix weight, int outputs, IntUnaryOperator row) {
        VectorFloat16 packed = new VectorFloat16(Math.multiplyExact(outputs, Padding.vectors(weight.columns())));
        rows(weight, outputs, row, packed);
        return packed;
    }

    /**
     * Packs a weight as {@link #rows(Matrix, int, IntUnaryOperator)} into an array that holds zeros.
     *
     * @param packed receives [outputs, ceil(columns/16)] vectors. Modified
     */
    public static void rows(Matrix weight, int outputs, IntUnaryOperator row, VectorFloat16 packed) {
        int inputs = weight.columns();
        int padded = Padding.toVectors(inputs);
        FloatArray floats = packed.getArray();
        eachRow(weight, outputs, 1, row,
                (output, values) -> ArrayFill.put(floats, (long) output * padded, values, inputs));
    }

    /**
     * Packs a bias or a norm's weight, padded to whole vectors.
     *
     * @param values one value a place
     * @param places number of places, zeros included
     * @param source the index of the value at a place, or -1 for none
     * @return [ceil(places/16)] vectors
     */
    public static VectorFloat16 vector(float[] values, int places, IntUnaryOperator source) {
        VectorFloat16 packed = new VectorFloat16(Padding.vectors(places));
        FloatArray floats = packed.getArray();
        for (int place = 0; place < places; place++) {
            int index = source.applyAsInt(place);
            if (index >= 0) {
                floats.set(place, values[index]);
            }
        }
        return packed;
    }
}
