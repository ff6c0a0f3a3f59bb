package org.tornadomla.weights;

import java.util.Optional;
import java.util.SplittableRandom;

import org.tornadomla.backend.Support;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.AbsorbedQueryF16;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulF16;
import org.tornadomla.kernels.ValueUpF16;
import org.tornadomla.tensor.ArrayFill;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.RowBlock;

import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** 16-bit IEEE numbers, for devices that have such numbers. */
final class HalfFormat implements NumberFormat {

    @Override
    public String name() {
        return "f16";
    }

    @Override
    public int bits() {
        return Short.SIZE;
    }

    @Override
    public Optional<Dtype> stored() {
        return Optional.of(Dtype.F16);
    }

    @Override
    public Optional<String> refusal(Target target) {
        return target.limits().half() == Support.NO
                ? Optional.of("weights in f16 need a device with 16-bit floats, and " + target
                        + " has none (no cl_khr_fp16); bf16 and f32 need nothing")
                : Optional.empty();
    }

    @Override
    public boolean isFast(Target target) {
        return target.limits().half() == Support.YES;
    }

    @Override
    public long bytes(MatrixShape shape) {
        return shape.blockNumbers() * Short.BYTES;
    }

    @Override
    public PackedMatrix allocate(String what, MatrixShape shape) {
        return new Packed(this, shape, new HalfFloatArray(Math.toIntExact(shape.blockNumbers())));
    }

    @Override
    public NumberFormat inRows() {
        return new GroupedHalves(this);
    }

    @Override
    public String toString() {
        return name();
    }

    static HalfFloat half(float weight) {
        HalfFloat half = new HalfFloat(weight);
        if (Float.isInfinite(half.getFloat32()) && Float.isFinite(weight)) {
            throw new ConfigurationException(
                    "a weight is " + weight + ", beyond the largest of F16, 65504; keep the weights in BF16 or F32");
        }
        return half;
    }

    /** The numbers of a row by their bits: as they are stored, or rounded. */
    static short[] bits(RowBlock rows, int place) {
        BlockRow stored = rows.stored(place, Dtype.F16.name());
        if (stored != null) {
            return stored.shorts(rows.columns());
        }
        float[] numbers = rows.numbers(place);
        short[] bits = new short[rows.columns()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = half(numbers[i]).getHalfFloatValue();
        }
        return bits;
    }

    private static final class Packed extends PackedMatrix {

        private final HalfFloatArray values;

        Packed(NumberFormat format, MatrixShape shape, HalfFloatArray values) {
            super(format, shape);
            this.values = values;
        }

        @Override
        protected void putBlock(int index, RowBlock rows) {
            int columns = rows.columns();
            short[] block = new short[columns * MatMul.BLOCK];
            for (int place = 0; place < rows.count(); place++) {
                short[] numbers = rows.has(place) ? bits(rows, place) : new short[columns];
                for (int input = 0; input < columns; input++) {
                    block[input * MatMul.BLOCK + place] = numbers[input];
                }
            }
            ArrayFill.put(values, shape().place(index, rows.first(), 0), block, block.length);
        }

        @Override
        protected void putInput(int index, RowBlock row) {
            int input = row.first();
            float[] weights = row.numbers(0);
            for (int output = 0; output < weights.length; output++) {
                values.set(shape().place(index, output, input), half(weights[output]));
            }
        }

        @Override
        public double number(int index, int output, int input) {
            return values.get(shape().place(index, output, input)).getFloat32();
        }

        @Override
        public void fill(SplittableRandom random) {
            for (int i = 0; i < values.getSize(); i++) {
                values.set(i, new HalfFloat(random.nextFloat() - 0.5f));
            }
        }

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values);
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            steps.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMulF16::rows, p.x().floats(), values,
                    p.biasVectors(), rows.array(), rows.activeAt(), rows.rowsAt(), rows.tokensAt(), rows.first(),
                    rows.matrices(), shape().columns(), shape().inputs(), p.x().stride(), p.y().stride(), p.hasBias(),
                    p.accumulate(), p.y().vectors());
        }

        @Override
        public void absorbedQuery(StepList steps, AbsorbedQueries q) {
            steps.add(q.name(), blocks(), AbsorbedQueryF16::rows, q.queries(), values, q.step(), heads(),
                    shape().inputs() / Padding.LANES, q.headVectors(), Padding.vectors(shape().outputs()), q.qStride(),
                    q.packedRow(), q.scale(), q.packed());
        }

        @Override
        public void valueUp(StepList steps, AttendedValues v) {
            steps.add(v.name(), blocks(), ValueUpF16::rows, v.latents(), values, v.step(), heads(), shape().outputs(),
                    shape().inputs() / Padding.LANES, v.values());
        }

        private int heads() {
            return Math.toIntExact(shape().matrices());
        }

        private Grid blocks() {
            return Grid.loop(heads() * (shape().columns() / MatMul.BLOCK));
        }
    }
}
