package org.tornadomla.bundled.opencl;

import java.util.Random;
import java.util.function.IntFunction;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.Int8Array;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;

/** Each construct of {@link ConstructKernels} leaves the bits that plain Java leaves; contraction is off. */
class ConstructTest {

    private static final int N = 203;
    private static final int[] EDGES = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 31, 32, 33, -7, 255, 65536};
    private static final float[] FLOAT_EDGES = {0f, -0f, 1f, -1f, Float.NaN, Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE, 2.14748365e9f, -3e9f, 9.3e18f, 0.1f};

    private static OpenClDevice device;

    private final Random random = new Random(42);

    @BeforeAll
    static void find() {
        device = OpenClRun.device(false);
    }

    private int integer(int i) {
        return i < 121 ? EDGES[i % 11] : random.nextInt();
    }

    private int otherInteger(int i) {
        return i < 121 ? EDGES[i / 11] : random.nextInt() >> random.nextInt(32);
    }

    private float real(int i) {
        return i < 169 ? FLOAT_EDGES[i % 13] : random.nextFloat() * 20f - 10f;
    }

    private float otherReal(int i) {
        return i < 169 ? FLOAT_EDGES[i / 13] : random.nextFloat() * 4f - 2f;
    }

    private static IntArray ints(int n, java.util.function.IntUnaryOperator value) {
        IntArray array = new IntArray(n);
        for (int i = 0; i < n; i++) {
            array.set(i, value.applyAsInt(i));
        }
        return array;
    }

    private static FloatArray floats(int n, IntFunction<Float> value) {
        FloatArray array = new FloatArray(n);
        for (int i = 0; i < n; i++) {
            array.set(i, value.apply(i));
        }
        return array;
    }

    private void check(String kernel, Object... arguments) {
        OpenClRun.assertSameBits(device, ConstructKernels.class, kernel, arguments);
    }

    @Test
    void integers() {
        check("integers", ints(N, this::integer), ints(N, this::otherInteger), new IntArray(N * 13));
    }

    @Test
    void longs() {
        LongArray a = new LongArray(N);
        LongArray b = new LongArray(N);
        for (int i = 0; i < N; i++) {
            a.set(i, i < 121 ? (long) integer(i) << (i % 3 * 16) : random.nextLong());
            b.set(i, i < 121 ? otherInteger(i) : random.nextLong() >> random.nextInt(64));
        }
        a.set(0, Long.MIN_VALUE);
        b.set(0, -1);
        check("longs", a, b, new LongArray(N));
    }

    @Test
    void conversions() {
        DoubleArray doubles = new DoubleArray(N);
        for (int i = 0; i < N; i++) {
            doubles.set(i, i < 169 ? otherReal(i) * 1.5 : random.nextGaussian() * 1e10);
        }
        check("conversions", floats(N, this::real), doubles, new IntArray(2 * N), new LongArray(2 * N),
                new FloatArray(2 * N), new DoubleArray(N));
    }

    @Test
    void narrowTypes() {
        ByteArray bytes = new ByteArray(N);
        Int8Array small = new Int8Array(N);
        ShortArray shorts = new ShortArray(N);
        for (int i = 0; i < N; i++) {
            bytes.set(i, (byte) random.nextInt());
            small.set(i, (byte) random.nextInt());
            shorts.set(i, (short) random.nextInt());
        }
        check("narrow", bytes, small, shorts, new IntArray(N));
    }

    @Test
    void floats() {
        check("floats", floats(N, i -> real(i)), floats(N, i -> otherReal(i)), new FloatArray(N * 10));
    }

    @Test
    void comparisonsWithNaN() {
        check("comparisons", floats(N, this::real), floats(N, this::otherReal), new IntArray(N));
    }

    @Test
    void controlFlow() {
        check("flow", ints(N, i -> i * 7 + 1), new IntArray(N));
    }

    @Test
    void privateArraysStartAsZeros() {
        check("privateArrays", ints(N, this::integer), new IntArray(N), 8);
    }

    @Test
    void effectsKeepTheirOrder() {
        check("order", ints(8, i -> i + 3));
    }

    @Test
    void nestedParallelLoopsRunEachIterationOnce() {
        for (int[] sizes : new int[][]{{40, 20}, {1, 39}, {3, 1}, {9, 3}, {11, 20}, {17, 1}, {0, 5}, {7, 0}}) {
            check("nested", ints(4800, i -> i), ints(2, i -> sizes[i]));
        }
    }

    @Test
    void wideVectors() {
        VectorFloat16 a = new VectorFloat16(floats(160, i -> random.nextFloat() - 0.5f));
        VectorFloat16 b = new VectorFloat16(floats(160, i -> otherReal(i)));
        check("vectors", a, b, new VectorFloat16(160), new FloatArray(30));
    }

    @Test
    void sumsOfLanesKeepTheirOrder() {
        check("laneSums", new VectorFloat16(floats(160, i -> random.nextFloat() * (1 << i % 16))), new FloatArray(30));
    }

    @Test
    void wholeSumsOfHalvesAreVectorOperations() {
        String text = org.tornadomla.bundled.opencl.source.KernelTranslator
                .translate(OpenClRun.task(ConstructKernels.class, "laneSums", new VectorFloat16(16), new FloatArray(3)),
                        device.translation())
                .text();
        org.junit.jupiter.api.Assertions.assertTrue(text.contains("return lanes16(v);"), text);
    }

    @Test
    void namesOfOpenClAreNoObstacle() {
        check("names", ints(N, this::integer), new IntArray(N));
    }

    @Test
    void narrowVectors() {
        check("smallVectors", new VectorFloat4(floats(40, i -> random.nextFloat())),
                floats(13, i -> random.nextFloat()), new FloatArray(10));
    }

    @Test
    void halves() {
        HalfFloatArray a = new HalfFloatArray(N);
        HalfFloatArray b = new HalfFloatArray(N);
        for (int i = 0; i < N; i++) {
            a.set(i, new HalfFloat(random.nextFloat() * 100f));
            b.set(i, new HalfFloat(random.nextFloat() * 7e4f));
        }
        check("halves", a, b, new FloatArray(N));
    }

    @Test
    void bitCasts() {
        check("bits", floats(N, i -> random.nextFloat() * 9f), new IntArray(N));
    }

    @Test
    void primitiveArgumentsAreConstants() {
        check("constants", new IntArray(50), 12, 5L << 40, 2.5f, (byte) -3, 'q');
    }
}
