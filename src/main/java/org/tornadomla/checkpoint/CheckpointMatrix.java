package org.tornadomla.checkpoint;

import java.util.Objects;

import org.tornadomla.tensor.Matrix;

/**
 * A checkpoint's tensor as a matrix: decoded some rows at a time, for readers that go from the first row to the last.
 */
final class CheckpointMatrix implements Matrix {

    private static final int BUFFERED = 1 << 16;

    private final Checkpoint checkpoint;
    private final String name;
    private final int rows;
    private final int columns;
    private final int bufferRows;
    private float[] buffer;
    private int bufferFrom = -1;

    CheckpointMatrix(Checkpoint checkpoint, String name) {
        this.checkpoint = checkpoint;
        this.name = name;
        TensorInfo info = checkpoint.info(name);
        this.rows = Math.toIntExact(info.rows());
        this.columns = Math.toIntExact(info.width());
        this.bufferRows = Math.clamp(BUFFERED / Math.max(1, columns), 1, Math.max(1, rows));
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public Matrix reader() {
        return new CheckpointMatrix(checkpoint, name);
    }

    @Override
    public void read(int row, float[] target) {
        Objects.checkIndex(row, rows);
        if (bufferFrom < 0 || row < bufferFrom || row >= bufferFrom + bufferRows) {
            if (buffer == null) {
                buffer = new float[bufferRows * columns];
            }
            bufferFrom = Math.min(row, rows - bufferRows);
            checkpoint.readRows(name, bufferFrom, bufferRows, buffer, 0);
        }
        System.arraycopy(buffer, (row - bufferFrom) * columns, target, 0, columns);
    }
}
