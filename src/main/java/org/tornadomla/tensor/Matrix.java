package org.tornadomla.tensor;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ShapeException;

/**
 * A weight on the host as it is published, [rows, columns] with a row an output: read row by row, so that it may stand
 * in a mapped file or be computed.
 */
@PublicApi
public interface Matrix {

    /** Number of rows: outputs of the linear layer. */
    int rows();

    /** Number of columns: inputs of the linear layer. */
    int columns();

    /**
     * Reads one row.
     *
     * @param row    0 to rows()-1
     * @param target receives columns() floats from index 0 on
     */
    void read(int row, float[] target);

    /** The same matrix for another thread: matrices that read through a buffer give one with a buffer of its own. */
    default Matrix reader() {
        return this;
    }

    /**
     * A matrix over an array that is not copied.
     *
     * @param rows    number of rows
     * @param columns number of columns
     * @param values  [rows, columns] floats
     * @throws ShapeException when the array's length is not rows times columns
     */
    static Matrix of(int rows, int columns, float[] values) {
        if ((long) rows * columns != values.length) {
            throw new ShapeException("matrix of " + rows + " x " + columns + " needs " + (long) rows * columns
                    + " values, got " + values.length);
        }
        return new Matrix() {
            @Override
            public int rows() {
                return rows;
            }

            @Override
            public int columns() {
                return columns;
            }

            @Override
            public void read(int row, float[] target) {
                System.arraycopy(values, row * columns, target, 0, columns);
            }
        };
    }
}
