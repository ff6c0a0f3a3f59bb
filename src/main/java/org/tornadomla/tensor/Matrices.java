package org.tornadomla.tensor;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ShapeException;

/** Matrices made of others, without copying them. */
public final class Matrices {

    private record Stacked(Matrix upper, Matrix lower) implements BlockMatrix {

        @Override
        public int rows() {
            return upper.rows() + lower.rows();
        }

        @Override
        public int columns() {
            return upper.columns();
        }

        @Override
        public void read(int row, float[] target) {
            if (row < upper.rows()) {
                upper.read(row, target);
            } else {
                lower.read(row - upper.rows(), target);
            }
        }

        @Override
        public @Nullable BlockRow blocks(int row, String format) {
            return row < upper.rows()
                    ? BlockMatrix.blocks(upper, row, format)
                    : BlockMatrix.blocks(lower, row - upper.rows(), format);
        }

        @Override
        public Matrix reader() {
            return new Stacked(upper.reader(), lower.reader());
        }
    }

    private record Part(Matrix whole, int firstRow, int rows, int firstColumn, int columns,
            float[] buffer) implements BlockMatrix {

        @Override
        public void read(int row, float[] target) {
            Objects.checkIndex(row, rows);
            if (columns == whole.columns()) {
                whole.read(firstRow + row, target);
            } else {
                whole.read(firstRow + row, buffer);
                System.arraycopy(buffer, firstColumn, target, 0, columns);
            }
        }

        @Override
        public @Nullable BlockRow blocks(int row, String format) {
            Objects.checkIndex(row, rows);
            BlockRow blocks = BlockMatrix.blocks(whole, firstRow + row, format);
            return blocks == null ? null : blocks.from(firstColumn);
        }

        @Override
        public Matrix reader() {
            return part(whole.reader(), firstRow, rows, firstColumn, columns);
        }
    }

    private Matrices() {
    }

    /** A matrix times a factor; the matrix itself where that is 1. */
    public static Matrix scaled(Matrix matrix, double factor) {
        if (factor == 1) {
            return matrix;
        }
        return new Matrix() {
            @Override
            public int rows() {
                return matrix.rows();
            }

            @Override
            public int columns() {
                return matrix.columns();
            }

            @Override
            public void read(int row, float[] target) {
                matrix.read(row, target);
                for (int i = 0; i < columns(); i++) {
                    target[i] = (float) (target[i] * factor);
                }
            }

            @Override
            public Matrix reader() {
                return scaled(matrix.reader(), factor);
            }
        };
    }

    /**
     * The rows of one matrix above those of another.
     *
     * @throws ShapeException when they differ in width
     */
    public static Matrix stacked(Matrix upper, Matrix lower) {
        if (upper.columns() != lower.columns()) {
            throw new ShapeException("matrices of " + upper.columns() + " and " + lower.columns()
                    + " columns cannot stand above each other, they must be of one width");
        }
        return new Stacked(upper, lower);
    }

    /**
     * A rectangle of a matrix; one thread reads it at a time.
     *
     * @throws ShapeException when it is not within the matrix
     */
    public static Matrix part(Matrix whole, int firstRow, int rows, int firstColumn, int columns) {
        if (firstRow < 0 || rows < 0 || firstRow > whole.rows() - rows || firstColumn < 0 || columns < 0
                || firstColumn > whole.columns() - columns) {
            throw new ShapeException("part of " + rows + " x " + columns + " at (" + firstRow + ", " + firstColumn
                    + ") is not within a matrix of " + whole.rows() + " x " + whole.columns());
        }
        return new Part(whole, firstRow, rows, firstColumn, columns, new float[whole.columns()]);
    }
}
