package org.tornadomla.weights;

import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.AbsorbedQueryInt8;
import org.tornadomla.kernels.Int8;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulInt8;
import org.tornadomla.kernels.ValueUpInt8;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.RowBlock;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * 8-bit whole numbers, four in an int, with a 32-bit scale for each {@link Int8#SCALED} weights: inputs of an output,
 * or outputs of an input where weights come an input at a time.
 */
final class Int8Format implements NumberFormat {

    @Override
    public String name() {
        return "int8";
    }

    @Override
    public int bits() {
        return Byte.SIZE;
    }

    @Override
    public long bytes(MatrixShape shape) {
        return shape.blockNumbers() + scales(shape) * Float.BYTES;
    }

    @Override
    public PackedMatrix allocate(String what, MatrixShape shape) {
        return new Packed(this, shape, IntLanes.allocate(shape.blockNumbers(), Int8.PACKED),
                Sizes.vectors(what, scales(shape)));
    }

    @Override
    public NumberFormat inRows() {
        return new GroupedIntegers(this);
    }

    @Override
    public String toString() {
        return name();
    }

    /**
     * Rounds up to {@link Int8#SCALED} weights to whole numbers of a scale at which the largest of them is
     * {@link Int8#LARGEST}.
     */
    private static float round(float[] weights, int from, int[] numbers) {
        int count = Math.min(Int8.SCALED, weights.length - from);
        float largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, Math.abs(weights[from + i]));
        }
        float scale = largest / Int8.LARGEST;
        for (int i = 0; i < count; i++) {
            numbers[i] = scale == 0 ? 0 : Math.round(weights[from + i] / scale);
        }
        return scale;
    }

    /**
     * Rounds a row to whole numbers.
     *
     * @param numbers as many as there are weights. Modified
     * @return the scale of each {@link Int8#SCALED} of them
     */
    static float[] round(float[] weights, byte[] numbers) {
        float[] scales = new float[groups(weights.length)];
        int[] whole = new int[Int8.SCALED];
        for (int group = 0; group < scales.length; group++) {
            int from = group * Int8.SCALED;
            scales[group] = round(weights, from, whole);
            for (int i = 0; i < Math.min(Int8.SCALED, weights.length - from); i++) {
                numbers[from + i] = (byte) whole[i];
            }
        }
        return scales;
    }

    private static long scales(MatrixShape shape) {
        return shape.use() == MatrixUse.ABSORBED_QUERY
                ? shape.matrices() * groups(shape.outputs()) * shape.inputs()
                : shape.matrices() * shape.columns() * groups(shape.inputs());
    }

    private static int groups(int weights) {
        return Math.ceilDiv(weights, Int8.SCALED);
    }

    private static final class Packed extends PackedMatrix {

        private final IntLanes values;
        private final VectorFloat16 scales;

        Packed(NumberFormat format, MatrixShape shape, IntLanes values, VectorFloat16 scales) {
            super(format, shape);
            this.values = values;
            this.scales = scales;
        }

        private int scale(int index, int output, int input) {
            if (shape().use() == MatrixUse.ABSORBED_QUERY) {
                return (index * groups(shape().outputs()) + output / Int8.SCALED) * shape().inputs() + input;
            }
            int groups = groups(shape().inputs());
            return index * shape().columns() * groups + output / MatMul.BLOCK * MatMul.BLOCK * groups
                    + input / Int8.SCALED * MatMul.BLOCK + output % MatMul.BLOCK;
        }

        /** Puts rounded weights, each at its place. */
        private void quantise(float[] weights, int from, int scaleAt, IntUnaryOperator place) {
            int[] numbers = new int[Int8.SCALED];
            scales.getArray().set(scaleAt, round(weights, from, numbers));
            for (int i = 0; i < Math.min(Int8.SCALED, weights.length - from); i++) {
                values.put(place.applyAsInt(from + i), numbers[i]);
            }
        }

        @Override
        protected void putBlock(int index, RowBlock rows) {
            int columns = rows.columns();
            byte[][] numbers = new byte[rows.count()][];
            float[][] factors = new float[rows.count()][];
            for (int place = 0; place < rows.count(); place++) {
                if (rows.has(place)) {
                    numbers[place] = new byte[columns];
                    factors[place] = round(rows.numbers(place), numbers[place]);
                }
            }
            values.put(shape().place(index, rows.first(), 0), numbers, columns);
            Packing.inColumns(factors, groups(columns), MatMul.BLOCK, scales.getArray(), scale(index, rows.first(), 0));
        }

        @Override
        protected void putInput(int index, RowBlock row) {
            int input = row.first();
            float[] weights = row.numbers(0);
            for (int from = 0; from < weights.length; from += Int8.SCALED) {
                quantise(weights, from, scale(index, from, input), output -> shape().place(index, output, input));
            }
        }

        @Override
        public double number(int index, int output, int input) {
            return (double) values.get(shape().place(index, output, input))
                    * scales.getArray().get(scale(index, output, input));
        }

        @Override
        public void fill(SplittableRandom random) {
            values.fill(random, source -> source.nextInt(2 * Int8.LARGEST + 1) - Int8.LARGEST);
            for (int i = 0; i < scales.getArray().getSize(); i++) {
                scales.getArray().set(i, random.nextFloat() / Int8.LARGEST);
            }
        }

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values.vectors());
            buffers.add(name + "_scales", Role.WEIGHT, scales);
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            steps.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMulInt8::rows, p.x().floats(),
                    values.vectors(), scales, Int8.SCALED, p.biasVectors(), rows.array(), rows.activeAt(),
                    rows.rowsAt(), rows.tokensAt(), rows.first(), rows.matrices(), shape().columns(), shape().inputs(),
                    p.x().stride(), p.y().stride(), p.hasBias(), p.accumulate(), p.y().vectors());
        }

        @Override
        public void absorbedQuery(StepList steps, AbsorbedQueries q) {
            steps.add(q.name(), blocks(), AbsorbedQueryInt8::rows, q.queries(), values.vectors(), scales, q.step(),
                    heads(), shape().inputs() / Padding.LANES, q.headVectors(), Padding.vectors(shape().outputs()),
                    q.qStride(), q.packedRow(), q.scale(), q.packed());
        }

        @Override
        public void valueUp(StepList steps, AttendedValues v) {
            steps.add(v.name(), blocks(), ValueUpInt8::rows, v.latents(), values.vectors(), scales, v.step(), heads(),
                    shape().outputs(), shape().inputs() / Padding.LANES, v.values());
        }

        private int heads() {
            return Math.toIntExact(shape().matrices());
        }

        private Grid blocks() {
            return Grid.loop(heads() * (shape().columns() / MatMul.BLOCK));
        }
    }
}
