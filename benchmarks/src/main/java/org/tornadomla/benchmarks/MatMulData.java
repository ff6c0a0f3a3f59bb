package org.tornadomla.benchmarks;

import org.tornadomla.reference.Operations;

/**
 * Inputs and the answer of y = x W^T.
 *
 * @param rows     rows of x
 * @param columns  columns of y
 * @param inner    columns of x
 * @param x        [rows, inner]
 * @param w        [columns, inner]
 * @param expected [rows, columns]
 */
record MatMulData(int rows, int columns, int inner, float[] x, float[] w, double[] expected) {

    /** Random inputs and their product. */
    static MatMulData of(int rows, int columns, int inner) {
        float[] x = Numbers.uniform(rows * inner, 1);
        float[] w = Numbers.uniform(columns * inner, 2);
        return new MatMulData(rows, columns, inner, x, w,
                Operations.matmul(Numbers.doubles(x), rows, w, columns, inner, null));
    }

    Cost cost() {
        double numbers = (double) columns * inner + (double) rows * inner + (double) rows * columns;
        return new Cost(2.0 * rows * columns * inner, Float.BYTES * numbers);
    }
}
