package org.tornadomla.checkpoint;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.tornadomla.tensor.BlockMatrix;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Dtype;

/**
 * A checkpoint's tensor as a matrix, whose rows are decoded where the caller wants them, or given as they are stored.
 *
 * @param file   holds the tensor
 * @param info   describes it
 * @param scales its block scales; null where it has none
 */
record CheckpointMatrix(SafetensorsFile file, TensorInfo info, @Nullable BlockScales scales) implements BlockMatrix {

    @Override
    public int rows() {
        return Math.toIntExact(info.rows());
    }

    @Override
    public int columns() {
        return Math.toIntExact(info.width());
    }

    @Override
    public void read(int row, float[] target) {
        Objects.checkIndex(row, rows());
        file.readRows(info.name(), row, 1, target, 0);
        if (scales != null) {
            scales.apply(row, 1, columns(), target, 0);
        }
    }

    @Override
    public @Nullable BlockRow blocks(int row, String format) {
        if (scales != null) {
            Objects.checkIndex(row, rows());
            return format.equals(BlockScales.FORMAT) ? scales.blocks(row, file.row(info, row)) : null;
        }
        boolean narrow = info.dtype() == Dtype.BF16 || info.dtype() == Dtype.F16;
        if (!narrow || !format.equals(info.dtype().name())) {
            return null;
        }
        Objects.checkIndex(row, rows());
        return BlockRow.sixteenBits(info.dtype(), file.row(info, row));
    }
}
