package org.tornadomla.weights;

import java.util.function.IntUnaryOperator;

import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Sizes;
import org.tornadomla.tensor.Matrix;

import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** Packs the weights of matrix products in one number format, and refuses what does not fit a buffer. */
public final class MatrixPacker {

    private final NumberFormat format;
    private final long bufferBytes;

    /** A packer for a device whose buffers have any size. */
    public MatrixPacker(NumberFormat format) {
        this(format, Long.MAX_VALUE);
    }

    /**
     * A packer for the matrices of one plan.
     *
     * @param bufferBytes bytes of the device's largest buffer
     */
    public MatrixPacker(NumberFormat format, long bufferBytes) {
        this.format = format;
        this.bufferBytes = bufferBytes;
    }

    /** Bytes of what {@link #allocate(String, long, int, int)} makes. */
    public long bytes(long matrices, int outputs, int inputs) {
        return format.bytes(MatrixShape.product(matrices, outputs, inputs));
    }

    /** How many matrices of one shape fit one buffer, at least 0. */
    public long most(int outputs, int inputs) {
        return places() / format.places(MatrixShape.product(1, outputs, inputs));
    }

    /** Weights that fit one array and one buffer. */
    private long places() {
        long bytes = Math.min(bufferBytes - TornadoNativeArray.ARRAY_HEADER, Sizes.MOST * Float.BYTES);
        return Math.min(Sizes.MOST, bytes * Byte.SIZE / format.bits());
    }

    /**
     * Room for some matrices of linear layers, filled with zeros.
     *
     * @param what what they are, for messages
     * @throws ShapeException when they do not fit one buffer
     */
    public PackedMatrix allocate(String what, long matrices, int outputs, int inputs) {
        return allocate(what, MatrixShape.product(matrices, outputs, inputs));
    }

    /**
     * Room for some matrices, filled with zeros.
     *
     * @param what what they are, for messages
     * @throws ShapeException when they do not fit one buffer
     */
    public PackedMatrix allocate(String what, MatrixShape shape) {
        if (format.places(shape) > places()) {
            throw new ShapeException(
                    what + " of " + shape + " weights needs " + format.bytes(shape) + " bytes in one buffer as "
                            + format.name() + ", allowed are at most " + Sizes.MOST + " weights and on this device "
                            + bufferBytes + " bytes; use weights in fewer bits or a device with larger buffers");
        }
        return format.allocate(what, shape);
    }

    /**
     * Packs the matrix of a linear layer.
     *
     * @param what    what it is, for messages
     * @param outputs number of outputs of the packed weight, zeros included
     * @param row     the row of the weight that an output takes, or -1 for none
     */
    public PackedMatrix columns(String what, Matrix weight, int outputs, IntUnaryOperator row) {
        PackedMatrix packed = allocate(what, 1, outputs, weight.columns());
        packed.put(0, weight, row);
        return packed;
    }
}
