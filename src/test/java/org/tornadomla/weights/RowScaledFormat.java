package org.tornadomla.weights;

import java.util.SplittableRandom;

import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.Int8;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulRowScaled;
import org.tornadomla.tensor.RowBlock;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * A number format that no class of the library knows: 8-bit whole numbers with one scale an output. It is this class
 * and its kernel; the library gets it by its object. The two matrices of heads are those of {@link WeightFormats#INT8}.
 */
public final class RowScaledFormat implements NumberFormat {

    @Override
    public String name() {
        return "row8";
    }

    @Override
    public int bits() {
        return Byte.SIZE;
    }

    @Override
    public long bytes(MatrixShape shape) {
        return shape.use() == MatrixUse.PRODUCT
                ? shape.blockNumbers() + shape.matrices() * shape.columns() * Float.BYTES
                : WeightFormats.INT8.bytes(shape);
    }

    @Override
    public PackedMatrix allocate(String what, MatrixShape shape) {
        return shape.use() == MatrixUse.PRODUCT ? new Packed(what, shape) : WeightFormats.INT8.allocate(what, shape);
    }

    @Override
    public String toString() {
        return name();
    }

    private final class Packed extends PackedMatrix {

        private final IntLanes values;
        private final VectorFloat16 scales;

        Packed(String what, MatrixShape shape) {
            super(RowScaledFormat.this, shape);
            this.values = IntLanes.allocate(shape.blockNumbers(), Int8.PACKED);
            this.scales = Sizes.vectors(what, shape.matrices() * shape.columns());
        }

        private int scale(int index, int output) {
            return index * shape().columns() + output;
        }

        @Override
        protected void putBlock(int index, RowBlock rows) {
            byte[][] numbers = new byte[rows.count()][];
            for (int place = 0; place < rows.count(); place++) {
                if (rows.has(place)) {
                    numbers[place] = new byte[rows.columns()];
                    scales.getArray().set(scale(index, rows.first() + place),
                            round(rows.numbers(place), numbers[place]));
                }
            }
            values.put(shape().place(index, rows.first(), 0), numbers, rows.columns());
        }

        private static float round(float[] weights, byte[] numbers) {
            float largest = 0;
            for (float weight : weights) {
                largest = Math.max(largest, Math.abs(weight));
            }
            float scale = largest / Int8.LARGEST;
            for (int i = 0; i < weights.length; i++) {
                numbers[i] = (byte) (scale == 0 ? 0 : Math.round(weights[i] / scale));
            }
            return scale;
        }

        @Override
        public void putInput(int index, RowBlock row) {
            throw new IllegalStateException("weights of a product come an output at a time");
        }

        @Override
        public double number(int index, int output, int input) {
            return (double) values.get(shape().place(index, output, input))
                    * scales.getArray().get(scale(index, output));
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
            steps.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMulRowScaled::rows, p.x().floats(),
                    values.vectors(), scales, p.biasVectors(), rows.array(), rows.activeAt(), rows.rowsAt(),
                    rows.tokensAt(), rows.first(), rows.matrices(), shape().columns(), shape().inputs(), p.x().stride(),
                    p.y().stride(), p.hasBias(), p.accumulate(), p.y().vectors());
        }

        @Override
        public void absorbedQuery(StepList steps, AbsorbedQueries queries) {
            throw new IllegalStateException("a product takes no queries into the latent space");
        }

        @Override
        public void valueUp(StepList steps, AttendedValues values) {
            throw new IllegalStateException("a product takes no latents to values");
        }
    }
}
