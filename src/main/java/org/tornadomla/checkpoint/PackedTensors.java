package org.tornadomla.checkpoint;

import java.util.List;

import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.tensor.Matrix;

/** Several tensors that hold one matrix of 4-bit numbers with scales. */
interface PackedTensors {

    /** How a group of numbers is given, put together. */
    IntegerBlock format();

    /** Shape of the weight. */
    List<Long> shape();

    /** Bytes of all tensors. */
    long bytes();

    /** The weight. */
    Matrix matrix();
}
