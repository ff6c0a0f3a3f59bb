package org.tornadomla.weights;

import java.util.List;
import java.util.Optional;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.Dtype;

/**
 * A number format in which a device holds the matrices that it multiplies with: all that the library knows about it is
 * here and in the {@link PackedMatrix} that it makes. All sums are 32-bit whatever the format is.
 */
@PublicApi(opaque = true)
public interface NumberFormat extends FormatChoice {

    /** The name that a user gives, in lower case: {@code bf16}. */
    @Override
    String name();

    @Override
    default NumberFormat of(String... weights) {
        return this;
    }

    @Override
    default FormatChoice under(String prefix) {
        return this;
    }

    @Override
    default FormatChoice apart() {
        return this;
    }

    @Override
    default List<NumberFormat> formats() {
        return List.of(this);
    }

    /** Bits of a weight, those of a scale that weights share not counted. */
    int bits();

    /** Weights that the largest array of {@link #allocate} has room for, padding counted. */
    default long places(MatrixShape shape) {
        return shape.blockNumbers();
    }

    /** Bytes of what {@link #allocate} makes, the arrays' headers not counted. */
    long bytes(MatrixShape shape);

    /** Bytes of matrices of linear layers. */
    default long bytes(long matrices, int outputs, int inputs) {
        return bytes(MatrixShape.product(matrices, outputs, inputs));
    }

    /**
     * Room for matrices, filled with zeros; {@link MatrixPacker} checks that they fit.
     *
     * @param what what they are, for messages
     */
    PackedMatrix allocate(String what, MatrixShape shape);

    /**
     * Why a device cannot hold weights in the format: its kernels may need numbers that the device lacks. Where the
     * runtime does not tell what a device has, the self-test finds out.
     *
     * @return one sentence; empty when it can
     */
    default Optional<String> refusal(Target target) {
        return Optional.empty();
    }

    /** The stored type of which the format keeps every number in as many bits, if there is one. */
    default Optional<Dtype> stored() {
        return Optional.empty();
    }

    /**
     * The format in which a table of rows is held that is stored in this one, so that no number is rounded: itself
     * where there are kernels that copy such rows.
     */
    default NumberFormat ofTables() {
        return WeightFormats.F32;
    }

    /** Numbers of a stored row at whose multiples a part of it may begin that is kept as it is stored. */
    default int piece() {
        return 1;
    }

    /** Whether the kernels of the format are known to be as fast on a device as those of 32-bit numbers. */
    default boolean isFast(Target target) {
        return refusal(target).isEmpty();
    }

    /**
     * The same numbers for products in whole numbers, which round what they multiply to 8 bits.
     *
     * @return empty where there are no such kernels
     */
    default Optional<NumberFormat> dots() {
        return Optional.empty();
    }

    /**
     * The same numbers in rows of outputs, packed for kernels of work-groups and with steps of them.
     *
     * @throws ConfigurationException when the format has no such kernels
     */
    default NumberFormat inRows() {
        throw new ConfigurationException("weights in " + name() + " have no kernels for devices of many cores; use "
                + "another number format or a CPU");
    }
}
