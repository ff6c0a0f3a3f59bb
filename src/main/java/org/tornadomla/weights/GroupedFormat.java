package org.tornadomla.weights;

import java.util.Optional;

import org.tornadomla.backend.Target;
import org.tornadomla.tensor.Dtype;

/**
 * The numbers of a format in rows of outputs, as kernels of work-groups read them: neighbours read neighbouring words.
 * All else is as the format has it.
 */
abstract class GroupedFormat implements NumberFormat {

    private final NumberFormat format;
    private final int packed;

    /**
     * A format in rows.
     *
     * @param format whose numbers they are
     * @param packed numbers of an element of the array
     */
    GroupedFormat(NumberFormat format, int packed) {
        this.format = format;
        this.packed = packed;
    }

    @Override
    public final String name() {
        return format.name();
    }

    @Override
    public final int bits() {
        return format.bits();
    }

    @Override
    public final Optional<Dtype> stored() {
        return format.stored();
    }

    @Override
    public final Optional<String> refusal(Target target) {
        return format.refusal(target);
    }

    @Override
    public final boolean isFast(Target target) {
        return format.isFast(target);
    }

    @Override
    public final int piece() {
        return format.piece();
    }

    @Override
    public final NumberFormat ofTables() {
        return format.ofTables();
    }

    @Override
    public final NumberFormat inRows() {
        return this;
    }

    @Override
    public final long places(MatrixShape shape) {
        return Math.multiplyExact(shape.matrices() * shape.outputs(), (long) words(shape) * packed);
    }

    @Override
    public long bytes(MatrixShape shape) {
        return places(shape) * bits() / Byte.SIZE;
    }

    /** Elements of the array that the weights of an output take. */
    final int words(MatrixShape shape) {
        return Math.ceilDiv(shape.inputs(), packed);
    }

    /** Elements of the array for all weights. */
    final int elements(MatrixShape shape) {
        return Math.toIntExact(places(shape) / packed);
    }

    /** Formats in rows are made anew wherever they are asked for; those of one format are the same. */
    @Override
    public final boolean equals(Object other) {
        return other instanceof GroupedFormat grouped && grouped.format.equals(format);
    }

    @Override
    public final int hashCode() {
        return format.hashCode();
    }

    @Override
    public final String toString() {
        return name();
    }
}
