package org.tornadomla.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.tornadomla.blocks.NibbleGroups;
import org.tornadomla.tensor.BlockMatrix;
import org.tornadomla.tensor.BlockRow;

/** A matrix in NVFP4, whose rows are put together of the tensors that hold them. */
record FloatNibbleMatrix(FloatNibbleTensors tensors) implements BlockMatrix {

    private static final int HALF = NibbleGroups.NVFP4.group() / 2;
    /** Twice the largest number in E2M1. */
    private static final float LARGEST = 12;

    @Override
    public int rows() {
        return Math.toIntExact(tensors.shape().getFirst());
    }

    @Override
    public int columns() {
        return Math.toIntExact(tensors.shape().getLast());
    }

    @Override
    public void read(int row, float[] target) {
        BlockRow blocks = row(row);
        tensors.format().decode(blocks.bytes(), 0, columns() / tensors.format().blockLength(), target, 0);
    }

    @Override
    public @Nullable BlockRow blocks(int row, String format) {
        return format.equals(tensors.format().formatName()) ? row(row) : null;
    }

    /** Half of a scale in E4M3 is exact in 32 bits, so that only its product with the matrix's number is rounded. */
    private BlockRow row(int row) {
        Objects.checkIndex(row, rows());
        byte[] numbers = tensors.values().file().row(tensors.values().info(), row);
        float[] scales = new float[numbers.length / HALF];
        NibbleGroups.NVFP4.decodeScales(tensors.scales().file().row(tensors.scales().info(), row), 0, scales);
        ByteBuffer blocks = ByteBuffer.allocate(scales.length * (Float.BYTES + HALF)).order(ByteOrder.LITTLE_ENDIAN);
        boolean finite = true;
        for (int group = 0; group < scales.length; group++) {
            float half = tensors.layout().together(scales[group] / 2, tensors.whole());
            blocks.putFloat(half).put(numbers, group * HALF, HALF);
            finite &= Float.isFinite(half * LARGEST);
        }
        return new BlockRow(tensors.format().formatName(), blocks.array(), 0, finite);
    }
}
