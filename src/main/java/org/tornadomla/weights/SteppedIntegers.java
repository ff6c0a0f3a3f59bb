package org.tornadomla.weights;

import java.util.SplittableRandom;

import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.Int4;
import org.tornadomla.kernels.Int8;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulBlock4;
import org.tornadomla.kernels.MatMulBlock8;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Packing;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Whole numbers with scales in two steps, and with least values: GGUF's Q4_K, Q5_K, Q6_K and Q5_1. The scale of a group
 * is a whole number of 8 bits times a unit, which many groups share. All of it stands on the device as it is in the
 * file, so that no scale is rounded and a weight of 4 bits takes 4.75.
 */
final class SteppedIntegers extends IntegerBlockFormat {

    SteppedIntegers(String name, int bits) {
        super(name, bits);
    }

    /**
     * Taken off the whole numbers from 0 on that have a least value, so that sums of them stay small. The kernels add
     * it again: it is one number for each, whatever bits a format has.
     */
    private int middle() {
        if (!block().hasLeast()) {
            return 0;
        }
        return bits() == Byte.SIZE ? MatMulBlock8.MIDDLE : MatMulBlock4.MIDDLE;
    }

    @Override
    long scaleBytes(MatrixShape shape) {
        return steps(shape) + units(shape) * Float.BYTES;
    }

    @Override
    PackedMatrix allocate(String what, MatrixShape shape, MatrixShape room, IntLanes values) {
        return new Packed(shape, room, values, IntLanes.allocate(steps(shape), Int8.PACKED),
                Sizes.vectors(what, units(shape)));
    }

    /** Scales, and least values if there are some. */
    private int parts() {
        return block().hasLeast() ? 2 : 1;
    }

    private long steps(MatrixShape shape) {
        return shape.matrices() * shape.columns() * groups(shape) * parts();
    }

    private long units(MatrixShape shape) {
        return shape.matrices() * shape.columns() * Math.ceilDiv(groups(shape), whole(shape)) * parts();
    }

    /**
     * Groups that share a unit: those of a block, or fewer where a row is no whole number of blocks. A part of a longer
     * row may begin within a block then, and begins at a unit of its own.
     */
    private int whole(MatrixShape shape) {
        return boundary(shape.inputs()) / block().groupLength();
    }

    @Override
    int boundary(int inputs) {
        int common = Math.min(Integer.lowestOneBit(inputs), block().blockLength());
        return common < block().groupLength() ? block().blockLength() : common;
    }

    private final class Packed extends PackedBlocks {

        private final IntLanes steps;
        private final VectorFloat16 units;

        Packed(MatrixShape shape, MatrixShape room, IntLanes values, IntLanes steps, VectorFloat16 units) {
            super(SteppedIntegers.this, shape, room, values, middle());
            this.steps = steps;
            this.units = units;
        }

        private int step(int index, int output, int input, int part) {
            int group = input / block().groupLength();
            return place(index, output, group * parts() + part, groups(shape()) * parts());
        }

        private int unit(int index, int output, int input, int part) {
            int whole = whole(shape());
            int unit = input / block().groupLength() / whole;
            return place(index, output, unit * parts() + part, Math.ceilDiv(groups(shape()), whole) * parts());
        }

        @Override
        void putScales(int index, int first, BlockRow[] rows, int count) {
            int allSteps = groups(shape()) * parts();
            int allUnits = Math.ceilDiv(groups(shape()), whole(shape())) * parts();
            byte[][] own = new byte[rows.length][];
            float[][] factors = new float[rows.length][];
            for (int place = 0; place < rows.length; place++) {
                if (rows[place] != null) {
                    own[place] = new byte[allSteps];
                    factors[place] = new float[allUnits];
                    readScales(rows[place], count, own[place], factors[place]);
                }
            }
            steps.put(place(index, first, 0, allSteps), own, allSteps);
            Packing.inColumns(factors, allUnits, MatMul.BLOCK, units.getArray(), place(index, first, 0, allUnits));
        }

        private void readScales(BlockRow row, int count, byte[] own, float[] factors) {
            byte[] bytes = row.bytes();
            StoredIntegers.eachGroup(block(), row, count, (group, from, within) -> {
                int unit = group / whole(shape()) * parts();
                own[group * parts()] = (byte) block().scale(bytes, from, within);
                factors[unit] = block().unit(bytes, from);
                if (block().hasLeast()) {
                    own[group * parts() + 1] = (byte) block().least(bytes, from, within);
                    factors[unit + 1] = block().leastUnit(bytes, from);
                }
            });
        }

        @Override
        public double number(int index, int output, int input) {
            double scaled = (double) part(index, output, input, 0) * integer(index, output, input);
            return block().hasLeast() ? scaled - part(index, output, input, 1) : scaled;
        }

        private float part(int index, int output, int input, int part) {
            return units.getArray().get(unit(index, output, input, part)) * steps.get(step(index, output, input, part));
        }

        @Override
        public void fill(SplittableRandom random) {
            int half = 1 << block().integerBits() - 1;
            values().fill(random, source -> source.nextInt(2 * half) - half);
            steps.fill(random, source -> source.nextInt(Byte.MAX_VALUE));
            for (int i = 0; i < units.getArray().getSize(); i++) {
                boolean least = i / MatMul.BLOCK % parts() == 1;
                units.getArray().set(i, random.nextFloat() / (least ? 1 : half) / Byte.MAX_VALUE);
            }
        }

        @Override
        public void register(Buffers buffers, String buffer) {
            buffers.add(buffer, Role.WEIGHT, values().vectors());
            buffers.add(buffer + "_steps", Role.WEIGHT, steps.vectors());
            buffers.add(buffer + "_units", Role.WEIGHT, units);
        }

        @Override
        public void product(StepList list, Product p) {
            RowGroups rows = p.rows();
            int added = p.hasBias() + 2 * p.accumulate();
            if (values().packed() == Int4.PACKED) {
                list.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMulBlock4::rows, p.x().floats(),
                        values().vectors(), steps.vectors(), units, block().groupLength(), whole(shape()), parts() - 1,
                        p.biasVectors(), rows.array(), rows.activeAt(), rows.rowsAt(), rows.tokensAt(), rows.first(),
                        rows.matrices(), shape().columns(), shape().inputs(), p.x().stride(), p.y().stride(), added,
                        p.y().vectors());
            } else {
                list.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMulBlock8::rows, p.x().floats(),
                        values().vectors(), steps.vectors(), units, block().groupLength(), whole(shape()), parts() - 1,
                        p.biasVectors(), rows.array(), rows.activeAt(), rows.rowsAt(), rows.tokensAt(), rows.first(),
                        rows.matrices(), shape().columns(), shape().inputs(), p.x().stride(), p.y().stride(), added,
                        p.y().vectors());
            }
        }
    }
}
