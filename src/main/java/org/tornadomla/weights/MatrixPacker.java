package org.tornadomla.weights;

import java.util.function.IntUnaryOperator;

import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Sizes;
import org.tornadomla.tensor.Matrix;

import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** Packs the weights of matrix products in the number format that each has, and refuses what does not fit a buffer. */
public final class MatrixPacker {

    private final FormatChoice choice;
    private final long bufferBytes;
    private final @Nullable Filling filling;

    /** A packer for a device whose buffers have any size. */
    public MatrixPacker(FormatChoice choice) {
        this(choice, Long.MAX_VALUE);
    }

    /**
     * A packer for the matrices of one plan.
     *
     * @param bufferBytes bytes of the device's largest buffer
     */
    public MatrixPacker(FormatChoice choice, long bufferBytes) {
        this(choice, bufferBytes, null);
    }

    private MatrixPacker(FormatChoice choice, long bufferBytes, @Nullable Filling filling) {
        this.choice = choice;
        this.bufferBytes = bufferBytes;
        this.filling = filling;
    }

    /** The same packer, which makes room for matrices and leaves to pack them for later. */
    public MatrixPacker later(Filling all) {
        return new MatrixPacker(choice, bufferBytes, all);
    }

    /** A packer that packs rows for kernels of work-groups. */
    public static MatrixPacker inRows(FormatChoice choice, long bufferBytes) {
        return new MatrixPacker(new ChoiceInRows(choice), bufferBytes);
    }

    /** The packer of matrices that are held together, by their names. */
    public MatrixPacker of(String... weights) {
        return new MatrixPacker(choice.of(weights), bufferBytes, filling);
    }

    /** The same packer for names that go on behind a prefix. */
    public MatrixPacker under(String prefix) {
        return new MatrixPacker(choice.under(prefix), bufferBytes, filling);
    }

    /** The same packer for weights that are taken in other pieces than they are stored in. */
    public MatrixPacker apart() {
        return new MatrixPacker(choice.apart(), bufferBytes, filling);
    }

    /** The packer of matrices in one format, for the same device and kernels. */
    public MatrixPacker in(NumberFormat format) {
        return new MatrixPacker(choice.of() instanceof GroupedFormat ? format.inRows() : format, bufferBytes, filling);
    }

    /** In which format the packer holds each matrix. */
    public FormatChoice choice() {
        return choice;
    }

    /** Bytes of what {@link #allocate(String, long, int, int)} makes. */
    public long bytes(long matrices, int outputs, int inputs) {
        return choice.of().bytes(MatrixShape.product(matrices, outputs, inputs));
    }

    /** Weights that {@link #allocate(String, long, int, int)} has room for in its largest array, padding counted. */
    public long places(long matrices, int outputs, int inputs) {
        return choice.of().places(MatrixShape.product(matrices, outputs, inputs));
    }

    /** How many matrices of one shape fit one buffer, at least 0. */
    public long most(int outputs, int inputs) {
        return places() / choice.of().places(MatrixShape.product(1, outputs, inputs));
    }

    /** Weights that fit one array and one buffer. */
    private long places() {
        long bytes = Math.min(bufferBytes - TornadoNativeArray.ARRAY_HEADER, Sizes.MOST * Float.BYTES);
        return Math.min(Sizes.MOST, bytes * Byte.SIZE / choice.of().bits());
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
        NumberFormat format = choice.of();
        if (format.places(shape) > places()) {
            throw new ShapeException(
                    what + " of " + shape + " weights needs " + format.bytes(shape) + " bytes in one buffer as "
                            + format.name() + ", allowed are at most " + Sizes.MOST + " weights and on this device "
                            + bufferBytes + " bytes; use weights in fewer bits or a device with larger buffers");
        }
        return format.allocate(what, shape).filledBy(filling);
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
