package org.tornadomla.weights;

import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.Padding;

/**
 * Some matrices that share buffers.
 *
 * @param use      what they are multiplied with
 * @param matrices how many: experts, heads, or 1
 * @param outputs  rows of each
 * @param inputs   columns of each; a multiple of {@link Padding#LANES} unless the use is {@link MatrixUse#PRODUCT}
 */
public record MatrixShape(MatrixUse use, long matrices, int outputs, int inputs) {

    /** Matrices of linear layers. */
    public static MatrixShape product(long matrices, int outputs, int inputs) {
        return new MatrixShape(MatrixUse.PRODUCT, matrices, outputs, inputs);
    }

    /** Outputs of one matrix, rounded up to whole blocks of {@link MatMul#BLOCK}. */
    int columns() {
        return Padding.toMultiple(outputs, MatMul.BLOCK);
    }

    /** Weights of all matrices in blocks of {@link MatMul#BLOCK} outputs. */
    long blockNumbers() {
        return Math.multiplyExact(matrices * columns(), (long) inputs);
    }

    /** Where a weight stands in blocks: for each block of {@link MatMul#BLOCK} outputs, for each input, the outputs. */
    int place(int matrix, int output, int input) {
        return matrix * columns() * inputs + output / MatMul.BLOCK * MatMul.BLOCK * inputs + input * MatMul.BLOCK
                + output % MatMul.BLOCK;
    }

    @Override
    public String toString() {
        return matrices + " x " + outputs + " x " + inputs;
    }
}
