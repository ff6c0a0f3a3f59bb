package org.tornadomla.weights;

import java.util.SplittableRandom;

import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.AbsorbedQueryBlocks;
import org.tornadomla.kernels.AbsorbedQueryFloat8;
import org.tornadomla.kernels.Int8;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.ValueUpBlocks;
import org.tornadomla.kernels.ValueUpFloat8;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.RowBlock;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The two matrices that attention multiplies by heads, W_UK and W_UV, with the numbers of a block format: a byte each,
 * since they are small, with a 32-bit scale and, where the format has such, a least value for each group. They are the
 * numbers that the expansion has of the same rows, so that both ways of attending multiply with the same.
 */
final class HeadBlocks extends PackedMatrix {

    private final IntegerBlockFormat format;
    private final IntegerBlock block;
    private final IntLanes values;
    private final VectorFloat16 scales;

    /**
     * Room for matrices.
     *
     * @param format whose numbers they are
     * @param what   what they are, for messages
     */
    HeadBlocks(IntegerBlockFormat format, String what, MatrixShape shape) {
        super(format, shape);
        this.format = format;
        this.block = format.block();
        this.values = IntLanes.allocate(shape.blockNumbers(), Int8.PACKED);
        this.scales = Sizes.vectors(what, scales(block, shape));
    }

    /** Bytes of matrices. */
    static long bytes(IntegerBlock block, MatrixShape shape) {
        return shape.blockNumbers() + scales(block, shape) * Float.BYTES;
    }

    private static long scales(IntegerBlock block, MatrixShape shape) {
        return shape.matrices() * parts(block)
                * (shape.use() == MatrixUse.ABSORBED_QUERY
                        ? groups(block, shape.outputs()) * shape.inputs()
                        : shape.columns() * groups(block, shape.inputs()));
    }

    private static long groups(IntegerBlock block, int numbers) {
        return Math.ceilDiv(numbers, block.groupLength());
    }

    /** Scales, and least values if there are some. */
    private static int parts(IntegerBlock block) {
        return block.hasLeast() ? 2 : 1;
    }

    private boolean byInput() {
        return shape().use() == MatrixUse.ABSORBED_QUERY;
    }

    /** Groups of a row: of an input's outputs, or of an output's inputs. */
    private int groups() {
        return (int) groups(block, byInput() ? shape().outputs() : shape().inputs());
    }

    private int factor(int index, int output, int input, int part) {
        int parts = parts(block);
        if (byInput()) {
            int group = index * groups() + output / block.groupLength();
            return (group * parts + part) * shape().inputs() + input;
        }
        int unit = index * (shape().columns() / MatMul.BLOCK) + output / MatMul.BLOCK;
        int group = unit * groups() + input / block.groupLength();
        return (group * parts + part) * MatMul.BLOCK + output % MatMul.BLOCK;
    }

    /** Scales and least values of a row, a group behind the other. */
    private float[] factors(BlockRow row, int count) {
        int parts = parts(block);
        float[] factors = new float[Math.ceilDiv(count, block.groupLength()) * parts];
        byte[] bytes = row.bytes();
        StoredIntegers.eachGroup(block, row, count, (group, from, within) -> {
            factors[group * parts] = block.unit(bytes, from) * block.scale(bytes, from, within);
            if (block.hasLeast()) {
                factors[group * parts + 1] = block.leastUnit(bytes, from) * block.least(bytes, from, within);
            }
        });
        return factors;
    }

    @Override
    protected void putBlock(int index, RowBlock rows) {
        byte[][] numbers = new byte[rows.count()][];
        float[][] factors = new float[rows.count()][];
        for (int place = 0; place < rows.count(); place++) {
            if (rows.has(place)) {
                BlockRow row = format.blocks(rows, place, rows.columns());
                numbers[place] = StoredIntegers.of(block, row, rows.columns(), 0);
                factors[place] = factors(row, rows.columns());
            }
        }
        values.put(shape().place(index, rows.first(), 0), numbers, rows.columns());
        Packing.inColumns(factors, Math.ceilDiv(rows.columns(), block.groupLength()) * parts(block), MatMul.BLOCK,
                scales.getArray(), factor(index, rows.first(), 0, 0));
    }

    @Override
    protected void putInput(int index, RowBlock rows) {
        int input = rows.first();
        BlockRow row = format.blocks(rows, 0, rows.columns());
        byte[] numbers = StoredIntegers.of(block, row, rows.columns(), 0);
        float[] factors = factors(row, rows.columns());
        for (int output = 0; output < numbers.length; output++) {
            values.put(shape().place(index, output, input), numbers[output]);
        }
        int parts = parts(block);
        for (int i = 0; i < factors.length; i++) {
            scales.getArray().set(factor(index, i / parts * block.groupLength(), input, i % parts), factors[i]);
        }
    }

    @Override
    public double number(int index, int output, int input) {
        double scaled = (double) scales.getArray().get(factor(index, output, input, 0))
                * block.number(values.get(shape().place(index, output, input)));
        return block.hasLeast() ? scaled - scales.getArray().get(factor(index, output, input, 1)) : scaled;
    }

    @Override
    public void fill(SplittableRandom random) {
        int half = 1 << block.integerBits() - 1;
        int least = block.hasLeast() ? 0 : half;
        values.fill(random, source -> finite(source.nextInt(2 * half) - least));
        for (int i = 0; i < scales.getArray().getSize(); i++) {
            scales.getArray().set(i, random.nextFloat() / half);
        }
    }

    private int finite(int integer) {
        return Float.isFinite(block.number(integer)) ? integer : 0;
    }

    @Override
    public void register(Buffers buffers, String name) {
        buffers.add(name, Role.WEIGHT, values.vectors());
        buffers.add(name + "_scales", Role.WEIGHT, scales);
    }

    @Override
    public void product(StepList steps, Product p) {
        throw new IllegalStateException("matrices of heads have no product of rows");
    }

    @Override
    public void absorbedQuery(StepList steps, AbsorbedQueries q) {
        if (!block.isWhole()) {
            steps.add(q.name(), grid(), AbsorbedQueryFloat8::rows, q.queries(), values.vectors(), scales, q.step(),
                    heads(), shape().inputs() / Padding.LANES, q.headVectors(), Padding.vectors(shape().outputs()),
                    q.qStride(), q.packedRow(), q.scale(), q.packed());
            return;
        }
        steps.add(q.name(), grid(), AbsorbedQueryBlocks::rows, q.queries(), values.vectors(), scales, scaled(),
                parts(block) - 1, q.step(), heads(), shape().inputs() / Padding.LANES, q.headVectors(),
                Padding.vectors(shape().outputs()), q.qStride(), q.packedRow(), q.scale(), q.packed());
    }

    @Override
    public void valueUp(StepList steps, AttendedValues v) {
        if (!block.isWhole()) {
            steps.add(v.name(), grid(), ValueUpFloat8::rows, v.latents(), values.vectors(), scales, v.step(), heads(),
                    shape().outputs(), shape().inputs() / Padding.LANES, v.values());
            return;
        }
        steps.add(v.name(), grid(), ValueUpBlocks::rows, v.latents(), values.vectors(), scales, scaled(),
                parts(block) - 1, v.step(), heads(), shape().outputs(), shape().inputs() / Padding.LANES, v.values());
    }

    /** Vectors that share a scale. */
    private int scaled() {
        return block.groupLength() / Padding.LANES;
    }

    private int heads() {
        return Math.toIntExact(shape().matrices());
    }

    private Grid grid() {
        return Grid.loop(heads() * (shape().columns() / MatMul.BLOCK));
    }
}
