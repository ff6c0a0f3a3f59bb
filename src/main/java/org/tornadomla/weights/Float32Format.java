package org.tornadomla.weights;

import java.util.Optional;
import java.util.SplittableRandom;

import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.AbsorbedQuery;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.ValueUp;
import org.tornadomla.tensor.ArrayFill;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.RowBlock;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** 32-bit IEEE numbers. */
final class Float32Format implements NumberFormat {

    @Override
    public String name() {
        return "f32";
    }

    @Override
    public int bits() {
        return Float.SIZE;
    }

    @Override
    public Optional<Dtype> stored() {
        return Optional.of(Dtype.F32);
    }

    @Override
    public long places(MatrixShape shape) {
        long outputs = switch (shape.use()) {
            case PRODUCT -> shape.columns();
            case ABSORBED_QUERY -> Padding.toVectors(shape.outputs());
            case VALUE_UP -> shape.outputs();
        };
        return Math.multiplyExact(shape.matrices() * outputs, (long) shape.inputs());
    }

    @Override
    public long bytes(MatrixShape shape) {
        return places(shape) * Float.BYTES;
    }

    @Override
    public PackedMatrix allocate(String what, MatrixShape shape) {
        return new Packed(this, shape, Sizes.vectors(what, places(shape)));
    }

    @Override
    public NumberFormat inRows() {
        return new GroupedFloats(this);
    }

    @Override
    public String toString() {
        return name();
    }

    /**
     * Columns in blocks for products, columns in vectors for absorbed queries, plain rows for values: with one row
     * those two are as fast in small pieces.
     */
    private static final class Packed extends PackedMatrix {

        private final VectorFloat16 values;

        Packed(NumberFormat format, MatrixShape shape, VectorFloat16 values) {
            super(format, shape);
            this.values = values;
        }

        private int place(int index, int output, int input) {
            int inputs = shape().inputs();
            return switch (shape().use()) {
                case PRODUCT -> shape().place(index, output, input);
                case ABSORBED_QUERY ->
                    ((index * Padding.vectors(shape().outputs()) + output / Padding.LANES) * inputs + input)
                            * Padding.LANES + output % Padding.LANES;
                case VALUE_UP -> (index * shape().outputs() + output) * inputs + input;
            };
        }

        @Override
        protected void putBlock(int index, RowBlock rows) {
            float[][] numbers = new float[rows.count()][];
            for (int place = 0; place < rows.count(); place++) {
                numbers[place] = rows.has(place) ? rows.numbers(place) : null;
            }
            if (shape().use() == MatrixUse.VALUE_UP) {
                putRows(index, rows, numbers);
            } else {
                Packing.inColumns(numbers, rows.columns(), MatMul.BLOCK, values.getArray(),
                        place(index, rows.first(), 0));
            }
        }

        private void putRows(int index, RowBlock rows, float[][] numbers) {
            for (int row = 0; row < numbers.length; row++) {
                if (numbers[row] != null) {
                    ArrayFill.put(values.getArray(), place(index, rows.first() + row, 0), numbers[row], rows.columns());
                }
            }
        }

        @Override
        protected void putInput(int index, RowBlock row) {
            int input = row.first();
            float[] weights = row.numbers(0);
            for (int output = 0; output < weights.length; output++) {
                values.getArray().set(place(index, output, input), weights[output]);
            }
        }

        @Override
        public double number(int index, int output, int input) {
            return values.getArray().get(place(index, output, input));
        }

        @Override
        public void fill(SplittableRandom random) {
            for (int i = 0; i < values.getArray().getSize(); i++) {
                values.getArray().set(i, random.nextFloat() - 0.5f);
            }
        }

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values);
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            steps.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMul::rows, p.x().floats(), values,
                    p.biasVectors(), rows.array(), rows.activeAt(), rows.rowsAt(), rows.tokensAt(), rows.first(),
                    rows.matrices(), shape().columns(), shape().inputs(), p.x().stride(), p.y().stride(), p.hasBias(),
                    p.accumulate(), p.y().vectors());
        }

        @Override
        public void absorbedQuery(StepList steps, AbsorbedQueries q) {
            int heads = Math.toIntExact(shape().matrices());
            int latentVectors = Padding.vectors(shape().outputs());
            steps.add(q.name(), Grid.loop(heads * latentVectors), AbsorbedQuery::rows, q.queries(), values, q.step(),
                    heads, shape().inputs() / Padding.LANES, q.headVectors(), latentVectors, q.qStride(), q.packedRow(),
                    q.scale(), q.packed());
        }

        @Override
        public void valueUp(StepList steps, AttendedValues v) {
            int heads = Math.toIntExact(shape().matrices());
            steps.add(v.name(), Grid.loop(heads * shape().outputs()), ValueUp::rows, v.latents(), values, v.step(),
                    heads, shape().outputs(), shape().inputs() / Padding.LANES, v.values());
        }
    }
}
