package org.tornadomla.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.tornadomla.tensor.BlockMatrix;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Matrix;

/**
 * A matrix of 4-bit whole numbers in groups, whose rows are put together of the tensors that hold them. Where
 * neighbours of a row lie far apart, a column of ints is read once for all rows that it has numbers of: for one thread.
 */
final class NibbleMatrix implements BlockMatrix {

    private static final int MASK = 15;

    private final NibbleTensors tensors;
    private int[] column = new int[0];
    private int columnNumber = -1;

    NibbleMatrix(NibbleTensors tensors) {
        this.tensors = tensors;
    }

    @Override
    public int rows() {
        return tensors.rows();
    }

    @Override
    public int columns() {
        return tensors.columns();
    }

    @Override
    public Matrix reader() {
        return new NibbleMatrix(tensors);
    }

    private int groups() {
        return columns() / tensors.format().groupLength();
    }

    @Override
    public void read(int row, float[] target) {
        tensors.format().decode(bytes(row, scales(row)), 0, groups(), target, 0);
    }

    @Override
    public @Nullable BlockRow blocks(int row, String format) {
        if (!format.equals(tensors.format().formatName())) {
            return null;
        }
        float[] scales = scales(row);
        boolean finite = true;
        for (float scale : scales) {
            finite &= Float.isFinite(scale);
        }
        return new BlockRow(format, bytes(row, scales), 0, finite);
    }

    private byte[] bytes(int row, float[] scales) {
        Objects.checkIndex(row, rows());
        ByteBuffer blocks = ByteBuffer.allocate(groups() * tensors.format().blockBytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        byte[] numbers = numbers(row);
        int half = tensors.format().groupLength() / 2;
        for (int group = 0; group < scales.length; group++) {
            blocks.putFloat(scales[group]);
            if (tensors.format().hasLeast()) {
                blocks.put((byte) zero(row, group));
            }
            blocks.put(numbers, group * half, half);
        }
        return blocks.array();
    }

    private float[] scales(int row) {
        float[] scales = new float[groups()];
        StoredTensor stored = tensors.scales();
        if (tensors.layout() == NibbleLayout.COMPRESSED) {
            stored.file().readRows(stored.info().name(), row, 1, scales, 0);
            return scales;
        }
        for (int group = 0; group < scales.length; group++) {
            scales[group] = stored.file().number(stored.info(), (long) group * rows() + row);
        }
        return scales;
    }

    private int zero(int row, int group) {
        StoredTensor stored = tensors.zeros().orElseThrow();
        int word = row / NibbleLayout.PACKED;
        long place = tensors.layout() == NibbleLayout.COMPRESSED
                ? (long) word * groups() + group
                : group * stored.info().width() + word;
        int packed = stored.file().integer(stored.info(), place);
        return (packed >> tensors.layout().shift(row) & MASK) + tensors.layout().zeroAdded();
    }

    /** The whole numbers of a row, two a byte, the first in its lower half. */
    private byte[] numbers(int row) {
        StoredTensor stored = tensors.values();
        if (tensors.layout() == NibbleLayout.COMPRESSED) {
            return stored.file().row(stored.info(), row);
        }
        boolean interleaved = tensors.layout() == NibbleLayout.AWQ;
        load(interleaved ? row / NibbleLayout.PACKED : row);
        byte[] numbers = new byte[columns() / 2];
        if (!interleaved) {
            ByteBuffer.wrap(numbers).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(column);
            return numbers;
        }
        int shift = tensors.layout().shift(row);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (byte) (column[2 * i] >> shift & MASK | (column[2 * i + 1] >> shift & MASK) << 4);
        }
        return numbers;
    }

    private void load(int number) {
        if (number != columnNumber) {
            column = tensors.values().file().column(tensors.values().info(), number);
            columnNumber = number;
        }
    }
}
