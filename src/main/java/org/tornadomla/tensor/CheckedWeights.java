package org.tornadomla.tensor;

import org.jspecify.annotations.Nullable;
import org.tornadomla.error.CheckpointException;

/**
 * Weights that are looked at while they are packed: a NaN or an infinity is refused by the weight's name. Each row is
 * checked when it is read, so nothing is read twice.
 *
 * @param source gives the weights
 */
public record CheckedWeights(NamedWeights source) implements NamedWeights {

    /** Bits of the exponent, which are all set in a NaN and in an infinity alone: one more makes the sign bit. */
    private static final int EXPONENT = 0x7f80_0000;
    private static final int LOWEST = 0x0080_0000;

    @Override
    public Matrix matrix(String name) {
        return matrix(name, source.matrix(name));
    }

    @Override
    public float[] read(String name) {
        float[] values = source.read(name);
        check(name, values);
        return values;
    }

    /**
     * A matrix whose rows are checked.
     *
     * @param name   of the weight, for messages
     * @param matrix gives the rows
     */
    static Matrix matrix(String name, Matrix matrix) {
        return new BlockMatrix() {
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
                check(name, row, target, columns());
            }

            /** A row that is not finite is read as numbers, so that the message says which one is not. */
            @Override
            public @Nullable BlockRow blocks(int row, String format) {
                BlockRow blocks = BlockMatrix.blocks(matrix, row, format);
                if (blocks != null && !blocks.finite()) {
                    read(row, new float[columns()]);
                }
                return blocks;
            }

            @Override
            public Matrix reader() {
                return CheckedWeights.matrix(name, matrix.reader());
            }
        };
    }

    static void check(String name, float[] values) {
        check(name, -1, values, values.length);
    }

    /** Looks at all numbers without a branch, which vector units do many at a time. */
    private static void check(String name, int row, float[] values, int count) {
        int bad = 0;
        for (int i = 0; i < count; i++) {
            bad |= (Float.floatToRawIntBits(values[i]) & EXPONENT) + LOWEST;
        }
        if (bad < 0) {
            refuse(name, row, values, count);
        }
    }

    private static void refuse(String name, int row, float[] values, int count) {
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(values[i])) {
                throw new CheckpointException("weight " + name + " holds " + values[i] + " at "
                        + (row < 0 ? "place " + i : "row " + row + ", column " + i)
                        + "; all weights must be finite, so the file is damaged or was not converted well");
            }
        }
    }
}
