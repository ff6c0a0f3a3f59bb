package org.tornadomla.training;

import org.tornadomla.error.ShapeException;
import org.tornadomla.tensor.Padding;

/**
 * A weight that is trained: a tensor whose rows and columns stand where the kernels want them, and as published to the
 * outside.
 *
 * @param rows   where the numbers of a column stand
 * @param tensor the weight, [padded rows, padded columns]
 * @param matrix whether it is a matrix, and not a bias or the weight of a norm
 */
public record Parameter(Places rows, Tensor tensor, boolean matrix) {

    /** Its name. */
    public String name() {
        return tensor.name();
    }

    /** Numbers that it has. */
    public int size() {
        return rows.published() * tensor.columns().published();
    }

    /**
     * Sets the numbers on the host, [rows, columns]: before a plan is made of the tape, which takes them to the device.
     */
    public void set(float[] published) {
        write(tensor.values(), published);
    }

    /** Puts the numbers [rows, columns] into an array of the tensor's layout. */
    void write(Numbers target, float[] published) {
        if (published.length != size()) {
            throw new ShapeException(name() + " has " + rows.published() + " x " + tensor.columns().published()
                    + " numbers, got " + published.length);
        }
        int columns = tensor.columns().published();
        for (int row = 0; row < rows.published(); row++) {
            for (int column = 0; column < columns; column++) {
                target.floats().set(at(row, column), published[row * columns + column]);
            }
        }
    }

    /** The numbers [rows, columns] of an array of the tensor's layout. */
    float[] read(Numbers source) {
        int columns = tensor.columns().published();
        float[] published = new float[size()];
        for (int row = 0; row < rows.published(); row++) {
            for (int column = 0; column < columns; column++) {
                published[row * columns + column] = source.floats().get(at(row, column));
            }
        }
        return published;
    }

    private int at(int row, int column) {
        return rows.of(row) * tensor.stride() * Padding.LANES + tensor.columns().of(column);
    }
}
