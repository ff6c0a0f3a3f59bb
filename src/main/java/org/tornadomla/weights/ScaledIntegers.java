package org.tornadomla.weights;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

import org.tornadomla.blocks.BlockEncoder;
import org.tornadomla.blocks.BlockFormats;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.Int4;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulInt4;
import org.tornadomla.kernels.MatMulInt8;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Whole numbers of 8 or 4 bits with a scale for each 32 inputs of an output: GGUF's Q8_0 and Q4_0. Weights of files in
 * that format are kept exactly, others are rounded as such a file would hold them. The two matrices that attention
 * multiplies by heads are small, and one comes in the other direction; they are kept as {@link Int8Format} keeps them.
 */
final class ScaledIntegers implements NumberFormat {

    private final String name;
    private final int bits;
    private final BlockEncoder block;

    /**
     * A format.
     *
     * @param name what a user writes, the block format's in lower case
     * @param bits of a number, 8 or 4
     */
    ScaledIntegers(String name, int bits) {
        this.name = name;
        this.bits = bits;
        this.block = BlockFormats.encoder(name.toUpperCase(Locale.ROOT)).orElseThrow();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int bits() {
        return bits;
    }

    @Override
    public long places(MatrixShape shape) {
        return shape.use() == MatrixUse.PRODUCT ? room(shape).blockNumbers() : WeightFormats.INT8.places(shape);
    }

    @Override
    public long bytes(MatrixShape shape) {
        return shape.use() == MatrixUse.PRODUCT
                ? room(shape).blockNumbers() * bits / Byte.SIZE + scales(shape) * Float.BYTES
                : WeightFormats.INT8.bytes(shape);
    }

    @Override
    public PackedMatrix allocate(String what, MatrixShape shape) {
        return shape.use() == MatrixUse.PRODUCT
                ? new Packed(shape, IntLanes.allocate(room(shape).blockNumbers(), Integer.SIZE / bits),
                        Sizes.vectors(what, scales(shape)))
                : WeightFormats.INT8.allocate(what, shape);
    }

    @Override
    public String toString() {
        return name;
    }

    /** The shape with an input more where an int would be torn in two. */
    private MatrixShape room(MatrixShape shape) {
        return MatrixShape.product(shape.matrices(), shape.outputs(),
                Padding.toMultiple(shape.inputs(), Byte.SIZE / bits));
    }

    private long scales(MatrixShape shape) {
        return shape.matrices() * shape.columns() * groups(shape);
    }

    private int groups(MatrixShape shape) {
        return Math.ceilDiv(shape.inputs(), block.blockLength());
    }

    private final class Packed extends PackedMatrix {

        private final MatrixShape room;
        private final IntLanes values;
        private final VectorFloat16 scales;

        Packed(MatrixShape shape, IntLanes values, VectorFloat16 scales) {
            super(ScaledIntegers.this, shape);
            this.room = room(shape);
            this.values = values;
            this.scales = scales;
        }

        private int scale(int index, int output, int input) {
            int groups = groups(shape());
            return index * shape().columns() * groups + output / MatMul.BLOCK * MatMul.BLOCK * groups
                    + input / block.blockLength() * MatMul.BLOCK + output % MatMul.BLOCK;
        }

        /** Rounds the weights as a file would, and takes scale and numbers out of its blocks. */
        @Override
        protected void putOutput(int index, int output, float[] weights) {
            int length = block.blockLength();
            float[] whole = Arrays.copyOf(weights, Padding.toMultiple(weights.length, length));
            byte[] bytes = new byte[block.blockBytes()];
            float[] exact = new float[length];
            for (int from = 0; from < whole.length; from += length) {
                block.encode(whole, from, 1, bytes, 0);
                block.decode(bytes, 0, 1, exact, 0);
                float scale = Float.float16ToFloat((short) (bytes[0] & 0xFF | bytes[1] << Byte.SIZE));
                scales.getArray().set(scale(index, output, from), scale);
                for (int i = 0; i < Math.min(length, weights.length - from); i++) {
                    values.put(room.place(index, output, from + i), scale == 0 ? 0 : Math.round(exact[i] / scale));
                }
            }
        }

        @Override
        public void putInput(int index, int input, float[] weights) {
            throw new IllegalStateException("weights of a product come an output at a time");
        }

        @Override
        public double number(int index, int output, int input) {
            return (double) values.get(room.place(index, output, input))
                    * scales.getArray().get(scale(index, output, input));
        }

        @Override
        public void fill(SplittableRandom random) {
            int half = 1 << bits - 1;
            values.fill(random, source -> source.nextInt(2 * half) - half);
            for (int i = 0; i < scales.getArray().getSize(); i++) {
                scales.getArray().set(i, random.nextFloat() / half);
            }
        }

        @Override
        public void register(Buffers buffers, String buffer) {
            buffers.add(buffer, Role.WEIGHT, values.vectors());
            buffers.add(buffer + "_scales", Role.WEIGHT, scales);
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            int length = block.blockLength();
            if (values.packed() == Int4.PACKED) {
                steps.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMulInt4::rows, p.x().floats(),
                        values.vectors(), scales, length, p.biasVectors(), rows.array(), rows.activeAt(), rows.rowsAt(),
                        rows.tokensAt(), rows.first(), rows.matrices(), shape().columns(), shape().inputs(),
                        p.x().stride(), p.y().stride(), p.hasBias(), p.accumulate(), p.y().vectors());
            } else {
                steps.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMulInt8::rows, p.x().floats(),
                        values.vectors(), scales, length, p.biasVectors(), rows.array(), rows.activeAt(), rows.rowsAt(),
                        rows.tokensAt(), rows.first(), rows.matrices(), shape().columns(), shape().inputs(),
                        p.x().stride(), p.y().stride(), p.hasBias(), p.accumulate(), p.y().vectors());
            }
        }

        @Override
        public void absorbedQuery(StepList steps, AbsorbedQueries queries) {
            throw new IllegalStateException("a product takes no queries into the latent space");
        }

        @Override
        public void valueUp(StepList steps, AttendedValues v) {
            throw new IllegalStateException("a product takes no latents to values");
        }
    }
}
