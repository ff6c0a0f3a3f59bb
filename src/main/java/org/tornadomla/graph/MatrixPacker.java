package org.tornadomla.graph;

import java.util.Locale;
import java.util.function.IntUnaryOperator;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.kernels.Bf16;
import org.tornadomla.kernels.Int8;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.WeightType;

import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/** Packs the weights of matrix products in one number format. */
public final class MatrixPacker {

    private final WeightType type;
    private final long bufferBytes;

    /** A packer for the matrices of one plan. */
    public MatrixPacker(WeightType type) {
        this(type, Long.MAX_VALUE);
    }

    /**
     * A packer for the matrices of one plan.
     *
     * @param bufferBytes bytes of the device's largest buffer
     */
    public MatrixPacker(WeightType type, long bufferBytes) {
        this.type = type;
        this.bufferBytes = bufferBytes;
    }

    /** The number format. */
    public WeightType type() {
        return type;
    }

    /** Bytes that {@link #allocate} takes, the arrays' headers not counted. */
    public static long bytes(WeightType type, long matrices, int outputs, int inputs) {
        long numbers = matrices * Padding.toMultiple(outputs, MatMul.BLOCK) * inputs;
        return switch (type) {
            case F32 -> numbers * Float.BYTES;
            case BF16, F16 -> numbers * Short.BYTES;
            case INT8 -> numbers + matrices * Padding.toMultiple(outputs, MatMul.BLOCK) * groups(inputs) * Float.BYTES;
        };
    }

    /** How many matrices of one shape fit one buffer, at least 0. */
    public long most(int outputs, int inputs) {
        long numbers = Math.multiplyExact((long) Padding.toMultiple(outputs, MatMul.BLOCK), inputs);
        return Math.min(Sizes.MOST, (bufferBytes - TornadoNativeArray.ARRAY_HEADER) / numberBytes()) / numbers;
    }

    private int numberBytes() {
        return switch (type) {
            case F32 -> Float.BYTES;
            case BF16, F16 -> Short.BYTES;
            case INT8 -> Byte.BYTES;
        };
    }

    /**
     * Room for some matrices of one shape, filled with zeros.
     *
     * @param what    what they are, for messages
     * @param outputs of one matrix; rounded up to whole blocks of {@link MatMul#BLOCK}
     * @throws ShapeException when they do not fit one buffer
     */
    public PackedMatrix allocate(String what, long matrices, int outputs, int inputs) {
        if (matrices > most(outputs, inputs)) {
            throw new ShapeException(what + " of " + matrices + " x " + outputs + " x " + inputs + " weights needs "
                    + bytes(type, matrices, outputs, inputs) + " bytes in one buffer as "
                    + type.name().toLowerCase(Locale.ROOT) + ", allowed are at most " + Sizes.MOST
                    + " weights and on this device " + bufferBytes
                    + " bytes; use weights in fewer bits or a device with larger buffers");
        }
        long columns = matrices * Padding.toMultiple(outputs, MatMul.BLOCK);
        int numbers = Math.toIntExact(columns * inputs);
        return switch (type) {
            case F32 -> new PackedMatrix.Float32(new VectorFloat16(new FloatArray(numbers)));
            case BF16 -> new PackedMatrix.Bfloat16(ints(numbers / Bf16.PACKED));
            case F16 -> new PackedMatrix.Half(new HalfFloatArray(numbers));
            case INT8 ->
                new PackedMatrix.Int8(ints(numbers / Int8.PACKED), Sizes.vectors(what, columns * groups(inputs)));
        };
    }

    /**
     * Packs one matrix.
     *
     * @param what    what it is, for messages
     * @param outputs number of outputs of the packed weight, zeros included
     * @param row     the row of the weight that an output takes, or -1 for none
     */
    public PackedMatrix columns(String what, Matrix weight, int outputs, IntUnaryOperator row) {
        PackedMatrix packed = allocate(what, 1, outputs, weight.columns());
        put(packed, 0, weight, outputs, row);
        return packed;
    }

    /**
     * Packs one of several matrices.
     *
     * @param packed receives it where zeros are. Modified
     * @param index  which of the matrices
     * @throws ConfigurationException when a weight is beyond the largest number of the format
     */
    public static void put(PackedMatrix packed, int index, Matrix weight, int outputs, IntUnaryOperator row) {
        int columns = Padding.toMultiple(outputs, MatMul.BLOCK);
        int at = index * columns * weight.columns();
        switch (packed) {
            case PackedMatrix.Float32 to -> Packing.columns(weight, outputs, MatMul.BLOCK, row, to.values(), at);
            case PackedMatrix.Bfloat16 to -> Packing.eachRow(weight, outputs, MatMul.BLOCK, row, (output, values) -> {
                IntArray ints = to.values().getArray();
                int base = at + place(output, values.length);
                for (int input = 0; input < values.length; input++) {
                    put(ints, base + input * MatMul.BLOCK, Bf16.PACKED, Bfloat16.fromFloat(values[input]));
                }
            });
            case PackedMatrix.Half to -> Packing.eachRow(weight, outputs, MatMul.BLOCK, row, (output, values) -> {
                int base = at + place(output, values.length);
                for (int input = 0; input < values.length; input++) {
                    to.values().set(base + input * MatMul.BLOCK, half(values[input]));
                }
            });
            case PackedMatrix.Int8 to -> Packing.eachRow(weight, outputs, MatMul.BLOCK, row, (output, values) -> {
                int scale = index * columns * groups(values.length) + place(output, groups(values.length));
                int base = at + place(output, values.length);
                for (int from = 0; from < values.length; from += Int8.SCALED, scale += MatMul.BLOCK) {
                    quantise(values, from, to.scales().getArray(), scale, (input, number) -> put(to.values().getArray(),
                            base + input * MatMul.BLOCK, Int8.PACKED, number));
                }
            });
        }
    }

    /**
     * Room for some matrices of one shape whose weights come an input at a time, see {@link #putInput}. In 8 bits a
     * scale counts for 128 outputs of an input.
     *
     * @param inputs a multiple of {@link Padding#LANES}
     */
    public PackedMatrix allocateByInput(String what, int matrices, int outputs, int inputs) {
        PackedMatrix packed = allocate(what, matrices, outputs, inputs);
        return packed instanceof PackedMatrix.Int8 int8
                ? new PackedMatrix.Int8(int8.values(), Sizes.vectors(what, (long) matrices * groups(outputs) * inputs))
                : packed;
    }

    /** Bytes that {@link #allocateByInput} takes in a format of fewer than 32 bits. */
    public static long bytesByInput(WeightType type, long matrices, int outputs, int inputs) {
        return type == WeightType.INT8
                ? matrices * inputs * (Padding.toMultiple(outputs, MatMul.BLOCK) + (long) groups(outputs) * Float.BYTES)
                : bytes(type, matrices, outputs, inputs);
    }

    /**
     * Packs one input of one of several matrices.
     *
     * @param packed receives it where zeros are. Modified
     * @param index  which of the matrices
     * @param inputs inputs of a matrix
     * @param values the input's weights, one an output
     */
    public static void putInput(PackedMatrix packed, int index, int inputs, int input, float[] values) {
        int at = index * Padding.toMultiple(values.length, MatMul.BLOCK) * inputs + input * MatMul.BLOCK;
        switch (packed) {
            case PackedMatrix.Float32 _ -> throw new IllegalArgumentException("32-bit numbers have another layout");
            case PackedMatrix.Bfloat16 to -> {
                for (int output = 0; output < values.length; output++) {
                    put(to.values().getArray(), at + place(output, inputs), Bf16.PACKED,
                            Bfloat16.fromFloat(values[output]));
                }
            }
            case PackedMatrix.Half to -> {
                for (int output = 0; output < values.length; output++) {
                    to.values().set(at + place(output, inputs), half(values[output]));
                }
            }
            case PackedMatrix.Int8 to -> {
                for (int from = 0; from < values.length; from += Int8.SCALED) {
                    int scale = (index * groups(values.length) + from / Int8.SCALED) * inputs + input;
                    quantise(values, from, to.scales().getArray(), scale, (output,
                            number) -> put(to.values().getArray(), at + place(output, inputs), Int8.PACKED, number));
                }
            }
        }
    }

    private static VectorInt16 ints(int count) {
        return new VectorInt16(new IntArray(count));
    }

    /**
     * Puts a number where zero is, among those that share ints.
     *
     * @param index  of the number, as if each had an element of its own
     * @param packed numbers of an int: a vector holds as many runs of {@link Padding#LANES} numbers, the first in the
     *                   lowest bits
     */
    private static void put(IntArray ints, int index, int packed, int number) {
        int vector = index / (Padding.LANES * packed);
        int run = index / Padding.LANES % packed;
        int at = vector * Padding.LANES + index % Padding.LANES;
        int bits = Integer.SIZE / packed;
        ints.set(at, ints.get(at) | (number & -1 >>> Integer.SIZE - bits) << run * bits);
    }

    private static HalfFloat half(float weight) {
        HalfFloat half = new HalfFloat(weight);
        if (Float.isInfinite(half.getFloat32()) && Float.isFinite(weight)) {
            throw new ConfigurationException(
                    "a weight is " + weight + ", beyond the largest of F16, 65504; keep the weights in BF16 or F32");
        }
        return half;
    }

    private interface Numbers {

        void put(int index, int number);
    }

    /** Where the first number of an output is, by the numbers that an output has. */
    private static int place(int output, int numbers) {
        return output / MatMul.BLOCK * MatMul.BLOCK * numbers + output % MatMul.BLOCK;
    }

    private static int groups(int inputs) {
        return Math.ceilDiv(inputs, Int8.SCALED);
    }

    /**
     * Rounds up to {@link Int8#SCALED} weights to whole numbers of a scale at which the largest of them is
     * {@link Int8#LARGEST}.
     */
    private static void quantise(float[] values, int from, FloatArray scales, int scaleAt, Numbers target) {
        int end = Math.min(from + Int8.SCALED, values.length);
        float largest = 0;
        for (int i = from; i < end; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        float scale = largest / Int8.LARGEST;
        scales.set(scaleAt, scale);
        for (int i = from; i < end; i++) {
            target.put(i, scale == 0 ? 0 : Math.round(values[i] / scale));
        }
    }
}
