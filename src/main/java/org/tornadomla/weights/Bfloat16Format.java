package org.tornadomla.weights;

import java.util.Optional;
import java.util.SplittableRandom;

import org.tornadomla.backend.Support;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.AbsorbedQueryBf16;
import org.tornadomla.kernels.Bf16;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulBf16;
import org.tornadomla.kernels.ValueUpBf16;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.RowBlock;

/** Bfloat16: the upper half of a 32-bit IEEE number, rounded to nearest, two in an int. */
final class Bfloat16Format implements NumberFormat {

    @Override
    public String name() {
        return "bf16";
    }

    @Override
    public int bits() {
        return Short.SIZE;
    }

    @Override
    public Optional<Dtype> stored() {
        return Optional.of(Dtype.BF16);
    }

    /**
     * Without bit casts the kernels work each number out, several times slower on few cores; many wait for memory, of
     * which such weights take half.
     */
    @Override
    public boolean isFast(Target target) {
        return target.manyCores() || target.limits().bitCasts() == Support.YES;
    }

    @Override
    public long bytes(MatrixShape shape) {
        return shape.blockNumbers() * Short.BYTES;
    }

    @Override
    public PackedMatrix allocate(String what, MatrixShape shape) {
        return new Packed(this, shape, IntLanes.allocate(shape.blockNumbers(), Bf16.PACKED));
    }

    @Override
    public NumberFormat ofTables() {
        return this;
    }

    @Override
    public NumberFormat inRows() {
        return new GroupedBfloat16(this);
    }

    @Override
    public String toString() {
        return name();
    }

    /** The numbers of a row by their bits: as they are stored, or rounded. */
    static short[] bits(RowBlock rows, int place) {
        BlockRow stored = rows.stored(place, Dtype.BF16.name());
        if (stored != null) {
            return stored.shorts(rows.columns());
        }
        float[] numbers = rows.numbers(place);
        short[] bits = new short[rows.columns()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Bfloat16.ofWeight(numbers[i]);
        }
        return bits;
    }

    private static final class Packed extends PackedMatrix {

        private final IntLanes values;

        Packed(NumberFormat format, MatrixShape shape, IntLanes values) {
            super(format, shape);
            this.values = values;
        }

        @Override
        protected void putBlock(int index, RowBlock rows) {
            short[][] numbers = new short[rows.count()][];
            for (int place = 0; place < rows.count(); place++) {
                numbers[place] = rows.has(place) ? bits(rows, place) : null;
            }
            values.put(shape().place(index, rows.first(), 0), numbers, rows.columns());
        }

        @Override
        protected void putInput(int index, RowBlock row) {
            int input = row.first();
            float[] weights = row.numbers(0);
            for (int output = 0; output < weights.length; output++) {
                values.put(shape().place(index, output, input), Bfloat16.ofWeight(weights[output]));
            }
        }

        @Override
        public double number(int index, int output, int input) {
            return Bfloat16.toFloat((short) values.get(shape().place(index, output, input)));
        }

        @Override
        public void fill(SplittableRandom random) {
            values.fill(random, source -> Bfloat16.fromFloat(source.nextFloat() - 0.5f));
        }

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values.vectors());
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            steps.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMulBf16::rows, p.x().floats(),
                    values.vectors(), p.biasVectors(), rows.array(), rows.activeAt(), rows.rowsAt(), rows.tokensAt(),
                    rows.first(), rows.matrices(), shape().columns(), shape().inputs(), p.x().stride(), p.y().stride(),
                    p.hasBias(), p.accumulate(), p.y().vectors());
        }

        @Override
        public void absorbedQuery(StepList steps, AbsorbedQueries q) {
            steps.add(q.name(), blocks(), AbsorbedQueryBf16::rows, q.queries(), values.vectors(), q.step(), heads(),
                    shape().inputs() / Padding.LANES, q.headVectors(), Padding.vectors(shape().outputs()), q.qStride(),
                    q.packedRow(), q.scale(), q.packed());
        }

        @Override
        public void valueUp(StepList steps, AttendedValues v) {
            steps.add(v.name(), blocks(), ValueUpBf16::rows, v.latents(), values.vectors(), v.step(), heads(),
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
