package org.tornadomla.kernels.training;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Helpers on single numbers, inlined into the kernels of work-groups that call them. */
final class Cells {

    /** Columns that a group adds up at a time: neighbours read neighbouring numbers. */
    static final int COLUMNS = 16;
    /** Parts that the rows of a column are divided into, whatever number of work-items a group has. */
    static final int PARTS = 8;
    /** Sums of a group: every part of every column. */
    static final int SUMS = COLUMNS * PARTS;

    private Cells() {
    }

    /** Writes a number, or adds it to what stands there when accumulate is 1. */
    static void put(FloatArray y, int at, float value, int accumulate) {
        float sum = value;
        if (accumulate == 1) {
            sum = y.get(at) + value;
        }
        y.set(at, sum);
    }

    /** A number of a matrix; 0 outside of it. */
    static float within(FloatArray x, int row, int rows, int column, int columns, int at) {
        float value = 0f;
        if (row < rows) {
            if (column < columns) {
                value = x.get(at);
            }
        }
        return value;
    }

    /** Zeroes what is behind the numbers of a row, unless there is a gradient that is added to. */
    static void clear(FloatArray y, int from, int end, int items, int accumulate) {
        if (accumulate == 0) {
            for (int i = from; i < end; i += items) {
                y.set(i, 0f);
            }
        }
    }
}
