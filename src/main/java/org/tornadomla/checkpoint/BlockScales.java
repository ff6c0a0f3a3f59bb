package org.tornadomla.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Dtype;

/**
 * Scales of an FP8 matrix, one a block of {@value #BLOCK} x {@value #BLOCK}: a weight is its stored number times its
 * block's scale ({@code weight_scale_inv}).
 *
 * @param values  [ceil(rows / BLOCK), columns]
 * @param columns blocks a row
 */
record BlockScales(float[] values, int columns) {

    static final int BLOCK = 128;
    /** The block format of a row with its scales. */
    static final String FORMAT = "FP8";

    /** The shape that the scales of a matrix must have. */
    static List<Long> shapeFor(TensorInfo matrix) {
        return List.of(Math.ceilDiv(matrix.rows(), BLOCK), Math.ceilDiv(matrix.width(), BLOCK));
    }

    /** What is wrong with the scales of a matrix, or null. */
    static @Nullable String problem(TensorInfo matrix, @Nullable TensorInfo scales) {
        if (matrix.shape().size() != 2) {
            return matrix.name() + " is FP8 of shape " + matrix.shape() + ", only matrices may be";
        }
        if (scales == null) {
            return matrix.name() + " is FP8 without " + matrix.name() + WeightNames.SCALE_SUFFIX;
        }
        List<Long> expected = shapeFor(matrix);
        if (scales.dtype() != Dtype.F32 || !scales.shape().equals(expected)) {
            return scales.name() + " is " + scales.dtype() + " of shape " + scales.shape() + ", expected F32 of shape "
                    + expected;
        }
        return null;
    }

    /** Multiplies decoded rows by their scales. */
    void apply(long firstRow, int rows, int width, float[] target, int at) {
        for (int row = 0; row < rows; row++) {
            int scaleRow = (int) ((firstRow + row) / BLOCK) * columns;
            for (int column = 0; column < width; column++) {
                target[at + row * width + column] *= values[scaleRow + column / BLOCK];
            }
        }
    }

    /** A row with each scale before the numbers that it is for. */
    BlockRow blocks(int row, byte[] numbers) {
        ByteBuffer blocks = ByteBuffer.allocate(columns * (Float.BYTES + BLOCK)).order(ByteOrder.LITTLE_ENDIAN);
        boolean finite = true;
        for (int block = 0; block < columns; block++) {
            float scale = values[row / BLOCK * columns + block];
            int from = block * BLOCK;
            int count = Math.min(BLOCK, numbers.length - from);
            blocks.position(block * (Float.BYTES + BLOCK)).putFloat(scale).put(numbers, from, count);
            finite &= Float.isFinite(scale);
        }
        for (byte number : numbers) {
            finite &= (number & Byte.MAX_VALUE) != Byte.MAX_VALUE;
        }
        return new BlockRow(FORMAT, blocks.array(), 0, finite);
    }
}
