package org.tornadomla.weights;

import java.util.Optional;
import java.util.SplittableRandom;

import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.EmbeddingBlocks;
import org.tornadomla.kernels.GroupAbsorbedQueryFloat8;
import org.tornadomla.kernels.GroupAbsorbedQueryInt4;
import org.tornadomla.kernels.GroupAbsorbedQueryInt8;
import org.tornadomla.kernels.GroupEmbeddingBlocks;
import org.tornadomla.kernels.GroupPool;
import org.tornadomla.kernels.GroupProductFloat8;
import org.tornadomla.kernels.GroupProductInt4;
import org.tornadomla.kernels.GroupProductInt8;
import org.tornadomla.kernels.GroupValueUpFloat8;
import org.tornadomla.kernels.GroupValueUpInt4;
import org.tornadomla.kernels.GroupValueUpInt8;
import org.tornadomla.kernels.Int8;
import org.tornadomla.tensor.ArrayFill;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.RowBlock;

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
        IntArray values = new IntArray(elements(shape));
        FloatArray scales = Sizes.floats(what, scales(shape));
        if (block.isPresent() && !block.get().isWhole()) {
            return new Codes(shape, values, scales, block.get());
        }
        return bits() == Byte.SIZE ? new Bytes(shape, values, scales) : new Nibbles(shape, values, scales);
    }

    private int parts(MatrixShape shape) {
        return Math.ceilDiv(shape.inputs(), scaled);
    }

    private long scales(MatrixShape shape) {
        return shape.matrices() * shape.outputs() * parts(shape) * (1 + least);
    }

    private abstract class Packed extends GroupedMatrix {

        final IntArray values;
        final FloatArray scales;

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

        @Override
        void putRow(int row, RowBlock rows, int place) {
            if (block.isPresent()) {
                putBlocks(row, block.get(), blocks(block.get(), rows, place), rows.columns());
            } else {
                byte[] numbers = new byte[rows.columns()];
                float[] factors = Int8Format.round(rows.numbers(place), numbers);
                ArrayFill.put(scales, (long) row * parts(shape()), factors, factors.length);
                putNumbers(row, numbers);
            }
        }

        private BlockRow blocks(IntegerBlock b, RowBlock rows, int place) {
            BlockRow stored = rows.stored(place, b.formatName());
            return stored != null && stored.skip() % scaled == 0
                    ? stored
                    : StoredIntegers.rounded(b, rows.numbers(place));
        }

        /** Products of units with scales of a few bits are exact in 32 bits. */
        private void putBlocks(int row, IntegerBlock b, BlockRow blocks, int count) {
            byte[] bytes = blocks.bytes();
            float[] factors = new float[parts(shape()) * (1 + least)];
            StoredIntegers.eachGroup(b, blocks, count, (group, from, within) -> {
                factors[group * (1 + least)] = b.unit(bytes, from) * b.scale(bytes, from, within);
                if (least == 1) {
                    factors[2 * group + 1] = b.leastUnit(bytes, from) * b.least(bytes, from, within);
                }
            });
            ArrayFill.put(scales, (long) row * factors.length, factors, factors.length);
            putNumbers(row, StoredIntegers.of(b, blocks, count, 0));
        }

        private void putNumbers(int row, byte[] numbers) {
            int[] all = new int[words(shape())];
            int mask = (1 << bits()) - 1;
            for (int i = 0; i < numbers.length; i++) {
                all[i / packed()] |= (numbers[i] + added() & mask) << i % packed() * bits();
            }
            ArrayFill.put(values, (long) row * all.length, all, all.length);
        }

        @Override
        public double number(int index, int output, int input) {
            int mask = (1 << bits()) - 1;
            int number = (values.get(word(index, output, input)) >> input % packed() * bits() & mask) - added();
            int at = scale(index, output, input);
            return value(number) * scales.get(at) - (least == 1 ? scales.get(at + 1) : 0);
        }

        /** What a stored number stands for. */
        double value(int number) {
            return number;
        }

        /** Numbers of one int, none of which stands for NaN. */
        int random(SplittableRandom random) {
            return random.nextInt();
        }

        @Override
        public void fill(SplittableRandom random) {
            for (int i = 0; i < values.getSize(); i++) {
                values.set(i, random(random));
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
        public void copy(StepList steps, RowCopy c) {
            if (c.inVectors()) {
                steps.add(c.name(), c.loop(), EmbeddingBlocks::rows, values, scales, bits(), scaled, least,
                        c.step().array(), c.step().tokensAt(), c.width(), c.x().stride(), c.x().vectors());
            } else {
                steps.add(c.name(), grid(steps, c), GroupEmbeddingBlocks::rows, context(), values, scales, bits(),
                        scaled, least, c.step().array(), c.step().tokensAt(), c.width(), c.x().stride(),
                        c.x().floats());
            }
        }
    }

    /** Whole numbers of 8 bits. */
    private final class Bytes extends Packed {

        Bytes(MatrixShape shape, IntArray values, FloatArray scales) {
            super(shape, values, scales);
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            steps.add(p.name(), grid(steps, p), GroupProductInt8::rows, context(), p.x().floats(), norm(p), values,
                    scales, scaled, least, p.biasFloats(), rows.array(), rows.rowsAt(), rows.tokensAt(), rows.first(),
                    rows.matrices(), shape().outputs(), shape().inputs(), p.x().stride(), p.y().stride(), flags(p),
                    eps(p), p.y().floats());
        }

        @Override
        public void absorbedQuery(StepList steps, HeadQueries q) {
            HeadQueries.PoolWrite p = q.write();
            int flags = p.flags() + least * GroupPool.LEAST;
            steps.add(q.name(), grid(steps, q), GroupAbsorbedQueryInt8::rows, context(), q.queries(), values, scales,
                    scaled, q.step(), q.heads(), q.inputs(), q.headRows(), shape().inputs(), q.stride(), q.head(),
                    p.kv(), p.stride(), p.norm(), p.angles(), flags, p.pool(), p.pairs(), q.packed());
        }

        @Override
        public void valueUp(StepList steps, HeadValues v) {
            steps.add(v.name(), grid(steps, v), GroupValueUpInt8::rows, context(), v.partial(), values, scales, scaled,
                    least, v.step(), v.maxSplits(), v.heads(), v.outputs(), v.headRows(), v.rowAt(), shape().inputs(),
                    v.statisticsAt(), v.heads() * v.outputs(), v.values());
        }
    }

    /** Whole numbers of 4 bits. */
    private final class Nibbles extends Packed {

        Nibbles(MatrixShape shape, IntArray values, FloatArray scales) {
            super(shape, values, scales);
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            steps.add(p.name(), grid(steps, p), GroupProductInt4::rows, context(), p.x().floats(), norm(p), values,
                    scales, scaled, least, p.biasFloats(), rows.array(), rows.rowsAt(), rows.tokensAt(), rows.first(),
                    rows.matrices(), shape().outputs(), shape().inputs(), p.x().stride(), p.y().stride(), flags(p),
                    eps(p), p.y().floats());
        }

        @Override
        public void absorbedQuery(StepList steps, HeadQueries q) {
            HeadQueries.PoolWrite p = q.write();
            int flags = p.flags() + least * GroupPool.LEAST;
            steps.add(q.name(), grid(steps, q), GroupAbsorbedQueryInt4::rows, context(), q.queries(), values, scales,
                    scaled, q.step(), q.heads(), q.inputs(), q.headRows(), shape().inputs(), q.stride(), q.head(),
                    p.kv(), p.stride(), p.norm(), p.angles(), flags, p.pool(), p.pairs(), q.packed());
        }

        @Override
        public void valueUp(StepList steps, HeadValues v) {
            steps.add(v.name(), grid(steps, v), GroupValueUpInt4::rows, context(), v.partial(), values, scales, scaled,
                    least, v.step(), v.maxSplits(), v.heads(), v.outputs(), v.headRows(), v.rowAt(), shape().inputs(),
                    v.statisticsAt(), v.heads() * v.outputs(), v.values());
        }
    }

    /** Codes of floating numbers of 8 bits. */
    private final class Codes extends Packed {

        /** Codes without the highest bit of their exponent, of which none is NaN. */
        private static final int SMALL = 0xBFBF_BFBF;

        private final IntegerBlock codes;

        Codes(MatrixShape shape, IntArray values, FloatArray scales, IntegerBlock codes) {
            super(shape, values, scales);
            this.codes = codes;
        }

        @Override
        double value(int code) {
            return codes.number(code);
        }

        @Override
        int random(SplittableRandom random) {
            return random.nextInt() & SMALL;
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            steps.add(p.name(), grid(steps, p), GroupProductFloat8::rows, context(), p.x().floats(), norm(p), values,
                    scales, scaled, p.biasFloats(), rows.array(), rows.rowsAt(), rows.tokensAt(), rows.first(),
                    rows.matrices(), shape().outputs(), shape().inputs(), p.x().stride(), p.y().stride(), flags(p),
                    eps(p), p.y().floats());
        }

        @Override
        public void absorbedQuery(StepList steps, HeadQueries q) {
            HeadQueries.PoolWrite p = q.write();
            steps.add(q.name(), grid(steps, q), GroupAbsorbedQueryFloat8::rows, context(), q.queries(), values, scales,
                    scaled, q.step(), q.heads(), q.inputs(), q.headRows(), shape().inputs(), q.stride(), q.head(),
                    p.kv(), p.stride(), p.norm(), p.angles(), p.flags(), p.pool(), p.pairs(), q.packed());
        }

        @Override
        public void valueUp(StepList steps, HeadValues v) {
            steps.add(v.name(), grid(steps, v), GroupValueUpFloat8::rows, context(), v.partial(), values, scales,
                    scaled, v.step(), v.maxSplits(), v.heads(), v.outputs(), v.headRows(), v.rowAt(), shape().inputs(),
                    v.statisticsAt(), v.heads() * v.outputs(), v.values());
        }
    }
}
