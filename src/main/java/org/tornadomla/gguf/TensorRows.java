package org.tornadomla.gguf;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tornadomla.blocks.BlockFormats;
import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.tensor.BlockMatrix;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Matrix;

/**
 * Neighbouring rows of a tensor.
 *
 * @param tensor   the tensor
 * @param shape    the weight's shape
 * @param firstRow first row, counted through all outer sizes
 * @param rows     how many
 */
record TensorRows(GgufTensor tensor, List<Long> shape, long firstRow, long rows) implements StoredWeight {

    static TensorRows whole(GgufTensor tensor) {
        return new TensorRows(tensor, tensor.shape(), 0, tensor.rows());
    }

    /**
     * A part of one slice of a tensor [slices, rows, columns].
     *
     * @param slice which slice
     * @param part  which of the parts that a slice has
     * @param parts how many parts a slice has
     */
    static TensorRows slice(GgufTensor tensor, int slice, int part, int parts) {
        long rows = tensor.shape().get(1);
        long each = rows / parts;
        return new TensorRows(tensor, List.of(each, tensor.width()), slice * rows + part * each, each);
    }

    @Override
    public String storedAs() {
        return tensor.format().formatName();
    }

    @Override
    public long bytes() {
        return tensor.format().bytes(rows * tensor.width());
    }

    /** Whether the factors of all blocks are finite, which all numbers are then. */
    private boolean isFinite(byte[] bytes) {
        IntegerBlock block = BlockFormats.integers(storedAs()).orElseThrow();
        boolean finite = true;
        for (int from = 0; from < bytes.length; from += block.blockBytes()) {
            finite &= Float.isFinite(block.unit(bytes, from)) && Float.isFinite(block.leastUnit(bytes, from));
        }
        return finite;
    }

    @Override
    public Matrix matrix() {
        int count = Math.toIntExact(rows);
        int width = Math.toIntExact(tensor.width());
        return new BlockMatrix() {
            @Override
            public int rows() {
                return count;
            }

            @Override
            public int columns() {
                return width;
            }

            @Override
            public void read(int row, float[] target) {
                Objects.checkIndex(row, count);
                tensor.read(firstRow + row, 1, target, 0);
            }

            @Override
            public @Nullable BlockRow blocks(int row, String format) {
                if (!format.equals(storedAs())) {
                    return null;
                }
                Objects.checkIndex(row, count);
                byte[] bytes = tensor.file().bytes(tensor, firstRow + row);
                return switch (Dtype.named(format)) {
                    case BF16 -> BlockRow.sixteenBits(Dtype.BF16, bytes);
                    case F16 -> BlockRow.sixteenBits(Dtype.F16, bytes);
                    default -> new BlockRow(format, bytes, 0, isFinite(bytes));
                };
            }
        };
    }
}
