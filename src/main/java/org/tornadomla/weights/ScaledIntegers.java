package org.tornadomla.weights;

import java.util.Optional;
import java.util.SplittableRandom;

import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.Int4;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulInt4;
import org.tornadomla.kernels.MatMulInt8;
import org.tornadomla.kernels.RoundedRows;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Packing;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Whole numbers of 8 or 4 bits with a scale for each 32 inputs of an output: GGUF's Q8_0, Q5_0 and Q4_0. */
class ScaledIntegers extends IntegerBlockFormat {

    ScaledIntegers(String name, int bits) {
        super(name, bits);
    }

    /** The numbers of another format in another order. */
    ScaledIntegers(String name, ScaledIntegers numbers) {
        super(name, numbers.bits(), numbers.block());
    }

    @Override
    public Optional<NumberFormat> dots() {
        return block().groupLength() == RoundedRows.GROUP ? Optional.of(new DotIntegers(this)) : Optional.empty();
    }

    @Override
    final int boundary(int inputs) {
        return block().groupLength();
    }

    @Override
    long scaleBytes(MatrixShape shape) {
        return scales(shape) * Float.BYTES;
    }

    @Override
    PackedMatrix allocate(String what, MatrixShape shape, MatrixShape room, IntLanes values) {
        return new Packed(shape, room, values, roomForScales(what, shape));
    }

    /** Room for the scales of matrices. */
    final VectorFloat16 roomForScales(String what, MatrixShape shape) {
        return Sizes.vectors(what, scales(shape));
    }

    private long scales(MatrixShape shape) {
        return shape.matrices() * shape.columns() * groups(shape);
    }

    /** The matrices. */
    class Packed extends PackedBlocks {

        private final VectorFloat16 scales;

        Packed(MatrixShape shape, MatrixShape room, IntLanes values, VectorFloat16 scales) {
            super(ScaledIntegers.this, shape, room, values, 0);
            this.scales = scales;
        }

        final VectorFloat16 scales() {
            return scales;
        }

        private int scale(int index, int output, int input) {
            return place(index, output, input / block().groupLength(), groups(shape()));
        }

        @Override
        final void putScales(int index, int first, BlockRow[] rows, int count) {
            int groups = groups(shape());
            float[][] units = new float[rows.length][];
            for (int place = 0; place < rows.length; place++) {
                BlockRow row = rows[place];
                if (row != null) {
                    float[] own = new float[groups];
                    StoredIntegers.eachGroup(block(), row, count,
                            (group, from, within) -> own[group] = block().unit(row.bytes(), from));
                    units[place] = own;
                }
            }
            Packing.inColumns(units, groups, MatMul.BLOCK, scales.getArray(), place(index, first, 0, groups));
        }

        @Override
        public final double number(int index, int output, int input) {
            return (double) block().number(integer(index, output, input))
                    * scales.getArray().get(scale(index, output, input));
        }

        @Override
        public final void fill(SplittableRandom random) {
            int half = 1 << block().integerBits() - 1;
            values().fill(random, source -> finite(source.nextInt(2 * half) - half));
            for (int i = 0; i < scales.getArray().getSize(); i++) {
                scales.getArray().set(i, random.nextFloat() / half);
            }
        }

        private int finite(int integer) {
            return Float.isFinite(block().number(integer)) ? integer : 0;
        }

        @Override
        public void register(Buffers buffers, String buffer) {
            buffers.add(buffer, Role.WEIGHT, values().vectors());
            buffers.add(buffer + "_scales", Role.WEIGHT, scales);
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            int length = block().groupLength();
            if (values().packed() == Int4.PACKED) {
                steps.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMulInt4::rows, p.x().floats(),
                        values().vectors(), scales, length, p.biasVectors(), rows.array(), rows.activeAt(),
                        rows.rowsAt(), rows.tokensAt(), rows.first(), rows.matrices(), shape().columns(),
                        shape().inputs(), p.x().stride(), p.y().stride(), p.hasBias(), p.accumulate(), p.y().vectors());
            } else {
                steps.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMulInt8::rows, p.x().floats(),
                        values().vectors(), scales, length, p.biasVectors(), rows.array(), rows.activeAt(),
                        rows.rowsAt(), rows.tokensAt(), rows.first(), rows.matrices(), shape().columns(),
                        shape().inputs(), p.x().stride(), p.y().stride(), p.hasBias(), p.accumulate(), p.y().vectors());
            }
        }
    }
}
