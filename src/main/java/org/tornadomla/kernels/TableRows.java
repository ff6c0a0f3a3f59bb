package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Single numbers of a table whose rows stand in fewer bits, inlined into the kernels that copy its rows. Several
 * numbers stand in an int, the first in its lowest bits; a row begins with an int of its own.
 */
final class TableRows {

    private TableRows() {
    }

    /**
     * A bfloat16 of a row; 0 behind its end.
     *
     * @param table  [rows, ceil(width / 2)] ints of two numbers. Not modified
     * @param row    which row
     * @param column which number of it
     * @param width  numbers of a row
     */
    static float bfloat16(IntArray table, int row, int column, int width) {
        float number = 0f;
        if (column < width) {
            int word = table.get(row * ((width + 1) / Bf16.PACKED) + column / Bf16.PACKED);
            number = Bf16.lower(word >> column % Bf16.PACKED * Short.SIZE);
        }
        return number;
    }

    /**
     * A whole number of a row, scaled; 0 behind the row's end.
     *
     * @param table  [rows, ceil(width bits / 32)] ints of whole numbers, which without least values are stored too
     *                   large by half of what their bits can tell. Not modified
     * @param scales [rows, ceil(width / scaled)] floats, with least values two beside each other. Not modified
     * @param bits   of a number, 8 or 4
     * @param scaled numbers that share a scale
     * @param least  1 where a least value is taken off each scaled number
     * @param row    which row
     * @param column which number of it
     * @param width  numbers of a row
     */
    static float whole(IntArray table, FloatArray scales, int bits, int scaled, int least, int row, int column,
            int width) {
        float number = 0f;
        if (column < width) {
            int packed = Integer.SIZE / bits;
            int word = table.get(row * ((width + packed - 1) / packed) + column / packed);
            int whole = word >> column % packed * bits & (1 << bits) - 1;
            float signed = (float) whole - (1 - least) * (float) (1 << bits - 1);
            number = GroupRows.scaled(signed, 1f, scales, row * ((width + scaled - 1) / scaled) + column / scaled,
                    least);
        }
        return number;
    }
}
