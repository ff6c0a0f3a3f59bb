package org.tornadomla.weights;

import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulDots;
import org.tornadomla.kernels.MatMulDots4;
import org.tornadomla.kernels.RoundedRows;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The numbers of {@link ScaledIntegers} for products in whole numbers: what they are multiplied with is rounded to 8
 * bits before each product, see {@link RoundedRows}.
 */
final class DotIntegers extends ScaledIntegers {

    private final ScaledIntegers numbers;

    DotIntegers(ScaledIntegers numbers) {
        super(numbers.name() + "-dots", numbers);
        this.numbers = numbers;
    }

    @Override
    public Optional<NumberFormat> dots() {
        return Optional.of(this);
    }

    /** TornadoVM inlines no kernels of this size: it answers "Unable to build sketch for method: get". */
    @Override
    public Optional<String> refusal(Target target) {
        return target.engine() == Engine.TORNADOVM
                ? Optional
                        .of("products in whole numbers have kernels that are too large for TornadoVM to compile, which "
                                + "runs " + target + "; leave --activations f32 there, or start without TORNADOVM_HOME")
                : Optional.empty();
    }

    /** The expansion is computed in one of two ways of attending alone, which is no place for rows that all share. */
    @Override
    public FormatChoice apart() {
        return numbers;
    }

    /** Rows that are copied are multiplied with nothing. */
    @Override
    public NumberFormat ofTables() {
        return numbers.ofTables();
    }

    @Override
    public NumberFormat inRows() {
        throw new ConfigurationException("products in whole numbers have no kernels for devices of many cores; leave "
                + "--activations f32 there, or use a CPU");
    }

    @Override
    int together() {
        return RoundedRows.GROUP;
    }

    @Override
    PackedMatrix allocate(String what, MatrixShape shape, MatrixShape room, IntLanes values) {
        return new Dots(shape, room, values, roomForScales(what, shape));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DotIntegers same && same.numbers.equals(numbers);
    }

    @Override
    public int hashCode() {
        return numbers.hashCode();
    }

    private final class Dots extends Packed {

        private final DotOrder order;
        private @Nullable Buffers buffers;

        Dots(MatrixShape shape, MatrixShape room, IntLanes values, VectorFloat16 scales) {
            super(shape, room, values, scales);
            this.order = new DotOrder(room, bits(), values.vectors().getArray());
        }

        @Override
        int kept(int index, int output, int input) {
            return order.get(index, output, input);
        }

        @Override
        void keep(int index, int first, byte[][] rows, int count) {
            order.put(index, first, rows, count);
        }

        @Override
        public void register(Buffers all, String buffer) {
            super.register(all, buffer);
            buffers = all;
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            int parts = groups(shape());
            long most = p.y().vectors().getLength() / p.y().stride();
            String room = most + "x" + parts;
            FloatArray scales = shared("rounded_scales_" + room,
                    () -> Sizes.floats("scales of rounded rows", most * parts));
            IntArray values = shared("rounded_" + room,
                    () -> Sizes.ints("rounded rows", most * parts * RoundedRows.STRIDE));
            steps.add(p.name() + "_round", rows.grid(parts), RoundedRows::rows, p.x().floats(), rows.array(),
                    rows.activeAt(), rows.rowsAt(), rows.tokensAt(), rows.first(), rows.matrices(), shape().inputs(),
                    p.x().stride(), scales, values);
            int pieces = shape().columns() / MatMul.BLOCK;
            if (bits() == Byte.SIZE) {
                steps.add(p.name(), rows.grid(pieces), MatMulDots::rows, values, scales, values().vectors(), scales(),
                        p.biasVectors(), rows.array(), rows.activeAt(), rows.rowsAt(), rows.first(), rows.matrices(),
                        shape().columns(), shape().inputs(), p.y().stride(), p.hasBias(), p.accumulate(),
                        p.y().vectors());
            } else {
                steps.add(p.name(), rows.grid(pieces), MatMulDots4::rows, values, scales, values().vectors(), scales(),
                        p.biasVectors(), rows.array(), rows.activeAt(), rows.rowsAt(), rows.first(), rows.matrices(),
                        shape().columns(), shape().inputs(), p.y().stride(), p.hasBias(), p.accumulate(),
                        p.y().vectors());
            }
        }

        private <T> T shared(String name, Supplier<T> made) {
            if (buffers == null) {
                throw new IllegalStateException("a matrix is registered before its products are made");
            }
            return buffers.scratch(name, made);
        }
    }
}
