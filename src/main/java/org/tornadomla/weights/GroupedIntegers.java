package org.tornadomla.weights;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.GroupAbsorbedQueryInt4;
import org.tornadomla.kernels.GroupAbsorbedQueryInt8;
import org.tornadomla.kernels.GroupPool;
import org.tornadomla.kernels.GroupProductInt4;
import org.tornadomla.kernels.GroupProductInt8;
import org.tornadomla.kernels.GroupValueUpInt4;
import org.tornadomla.kernels.GroupValueUpInt8;
import org.tornadomla.kernels.Int4;
import org.tornadomla.kernels.Int8;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Whole numbers of 8 or 4 bits in rows, with a scale for some inputs of an output, and a least value beside it where
 * the format has such. In an int they follow from the lowest bits on, none with a sign: where they can be negative each
 * is stored too large by half of what its bits can tell.
 */
final class GroupedIntegers extends GroupedFormat {

    private final Optional<IntegerBlock> block;
    private final int scaled;
    private final int least;

    /** 8-bit numbers as {@link Int8Format} rounds them. */
    GroupedIntegers(NumberFormat format) {
        super(format, Integer.SIZE / format.bits());
        this.block = Optional.empty();
        this.scaled = Int8.SCALED;
        this.least = 0;
    }

    /**
     * A format in rows.
     *
     * @param format whose numbers they are
     * @param block  how files hold them
     */
    GroupedIntegers(NumberFormat format, IntegerBlock block) {
        super(format, Integer.SIZE / format.bits());
        this.block = Optional.of(block);
        this.scaled = block.groupLength();
        this.least = block.hasLeast() ? 1 : 0;
    }

    @Override
    public long bytes(MatrixShape shape) {
        return super.bytes(shape) + scales(shape) * Float.BYTES;
    }

    @Override
    public PackedMatrix allocate(String what, MatrixShape shape) {
        return new Packed(shape, new IntArray(elements(shape)), Sizes.floats(what, scales(shape)));
    }

    private int parts(MatrixShape shape) {
        return Math.ceilDiv(shape.inputs(), scaled);
    }

    private long scales(MatrixShape shape) {
        return shape.matrices() * shape.outputs() * parts(shape) * (1 + least);
    }

    private final class Packed extends GroupedMatrix {

        private final IntArray values;
        private final FloatArray scales;

        Packed(MatrixShape shape, IntArray values, FloatArray scales) {
            super(GroupedIntegers.this, shape);
            this.values = values;
            this.scales = scales;
        }

        private int packed() {
            return Integer.SIZE / bits();
        }

        /** What is added to a number where it is stored. */
        private int added() {
            return (1 - least) << bits() - 1;
        }

        private int word(int index, int output, int input) {
            return row(index, output) * words(shape()) + input / packed();
        }

        private int scale(int index, int output, int input) {
            return (row(index, output) * parts(shape()) + input / scaled) * (1 + least);
        }

        private void put(int index, int output, int input, int number) {
            int at = word(index, output, input);
            int shift = input % packed() * bits();
            int mask = (1 << bits()) - 1;
            values.set(at, values.get(at) & ~(mask << shift) | (number + added() & mask) << shift);
        }

        @Override
        protected String blockFormat() {
            return block.map(IntegerBlock::formatName).orElse("");
        }

        @Override
        protected void putOutput(int index, int output, float[] weights) {
            if (block.isPresent()) {
                IntegerBlock b = block.get();
                float[] whole = Arrays.copyOf(weights, Padding.toMultiple(weights.length, b.blockLength()));
                int blocks = whole.length / b.blockLength();
                byte[] bytes = new byte[blocks * b.blockBytes()];
                b.encode(whole, 0, blocks, bytes, 0);
                putBlocks(index, output, new BlockRow(b.formatName(), bytes, 0, true), weights.length);
                return;
            }
            int[] numbers = new int[scaled];
            for (int from = 0; from < weights.length; from += scaled) {
                scales.set(scale(index, output, from), Int8Format.round(weights, from, numbers));
                for (int i = 0; i < Math.min(scaled, weights.length - from); i++) {
                    put(index, output, from + i, numbers[i]);
                }
            }
        }

        @Override
        protected boolean putBlocks(int index, int output, BlockRow row, int count) {
            if (row.skip() % scaled != 0) {
                return false;
            }
            IntegerBlock b = block.orElseThrow();
            int[] integers = new int[b.blockLength()];
            for (int input = 0; input < count; input++) {
                int within = (row.skip() + input) % integers.length;
                int from = (row.skip() + input) / integers.length * b.blockBytes();
                if (input == 0 || within == 0) {
                    b.integers(row.bytes(), from, integers);
                }
                if (within % scaled == 0) {
                    putScales(scale(index, output, input), b, row.bytes(), from, within / scaled);
                }
                put(index, output, input, integers[within]);
            }
            return true;
        }

        /** Products of units with scales of a few bits are exact in 32 bits. */
        private void putScales(int at, IntegerBlock b, byte[] bytes, int from, int group) {
            scales.set(at, b.unit(bytes, from) * b.scale(bytes, from, group));
            if (least == 1) {
                scales.set(at + 1, b.leastUnit(bytes, from) * b.least(bytes, from, group));
            }
        }

        @Override
        public double number(int index, int output, int input) {
            int mask = (1 << bits()) - 1;
            int number = (values.get(word(index, output, input)) >> input % packed() * bits() & mask) - added();
            int at = scale(index, output, input);
            return (double) number * scales.get(at) - (least == 1 ? scales.get(at + 1) : 0);
        }

        @Override
        public void fill(SplittableRandom random) {
            for (int i = 0; i < values.getSize(); i++) {
                values.set(i, random.nextInt());
            }
            for (int i = 0; i < scales.getSize(); i++) {
                scales.set(i, random.nextFloat() / (1 << bits() - 1));
            }
        }

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values);
            buffers.add(name + "_scales", Role.WEIGHT, scales);
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            if (packed() == Int4.PACKED) {
                steps.add(p.name(), grid(steps, p), GroupProductInt4::rows, context(), p.x().floats(), norm(p), values,
                        scales, scaled, least, p.biasFloats(), rows.array(), rows.rowsAt(), rows.tokensAt(),
                        rows.first(), rows.matrices(), shape().outputs(), shape().inputs(), p.x().stride(),
                        p.y().stride(), flags(p), eps(p), p.y().floats());
            } else {
                steps.add(p.name(), grid(steps, p), GroupProductInt8::rows, context(), p.x().floats(), norm(p), values,
                        scales, scaled, least, p.biasFloats(), rows.array(), rows.rowsAt(), rows.tokensAt(),
                        rows.first(), rows.matrices(), shape().outputs(), shape().inputs(), p.x().stride(),
                        p.y().stride(), flags(p), eps(p), p.y().floats());
            }
        }

        @Override
        public void absorbedQuery(StepList steps, HeadQueries q) {
            HeadQueries.PoolWrite p = q.write();
            int flags = p.flags() + least * GroupPool.LEAST;
            if (packed() == Int4.PACKED) {
                steps.add(q.name(), grid(steps, q), GroupAbsorbedQueryInt4::rows, context(), q.queries(), values,
                        scales, scaled, q.step(), q.heads(), q.inputs(), q.headRows(), shape().inputs(), q.stride(),
                        q.head(), p.kv(), p.stride(), p.norm(), p.angles(), flags, p.pool(), p.pairs(), q.packed());
            } else {
                steps.add(q.name(), grid(steps, q), GroupAbsorbedQueryInt8::rows, context(), q.queries(), values,
                        scales, scaled, q.step(), q.heads(), q.inputs(), q.headRows(), shape().inputs(), q.stride(),
                        q.head(), p.kv(), p.stride(), p.norm(), p.angles(), flags, p.pool(), p.pairs(), q.packed());
            }
        }

        @Override
        public void valueUp(StepList steps, HeadValues v) {
            if (packed() == Int4.PACKED) {
                steps.add(v.name(), grid(steps, v), GroupValueUpInt4::rows, context(), v.partial(), values, scales,
                        scaled, least, v.step(), v.maxSplits(), v.heads(), v.outputs(), v.headRows(), v.rowAt(),
                        shape().inputs(), v.statisticsAt(), v.heads() * v.outputs(), v.values());
            } else {
                steps.add(v.name(), grid(steps, v), GroupValueUpInt8::rows, context(), v.partial(), values, scales,
                        scaled, least, v.step(), v.maxSplits(), v.heads(), v.outputs(), v.headRows(), v.rowAt(),
                        shape().inputs(), v.statisticsAt(), v.heads() * v.outputs(), v.values());
            }
        }
    }
}
