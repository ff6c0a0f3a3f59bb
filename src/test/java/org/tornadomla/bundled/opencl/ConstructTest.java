package org.tornadomla.bundled.opencl;

import java.util.Random;
import java.util.function.IntFunction;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

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
        IntArray a = new IntArray(2 * N);
        IntArray b = new IntArray(2 * N);
        for (int i = 0; i < N; i++) {
            put(a, i, i < 121 ? (long) integer(i) << (i % 3 * 16) : random.nextLong());
            put(b, i, i < 121 ? otherInteger(i) : random.nextLong() >> random.nextInt(64));
        }
        put(a, 0, Long.MIN_VALUE);
        put(b, 0, -1);
        check("longs", a, b, new IntArray(2 * N));
    }

    private static void put(IntArray halves, int index, long value) {
        halves.set(2 * index, (int) value);
        halves.set(2 * index + 1, (int) (value >> 32));
    }

    @Test
    void conversions() {
        FloatArray others = floats(N, i -> i < 169 ? otherReal(i) : (float) (random.nextGaussian() * 1e10));
        check("conversions", floats(N, this::real), others, new IntArray(6 * N), new FloatArray(3 * N));
    }

    @Test
    void narrowTypes() {
        ByteArray bytes = new ByteArray(N);
        for (int i = 0; i < N; i++) {
            bytes.set(i, (byte) random.nextInt());
        }
        check("narrow", bytes, ints(N, this::integer), new IntArray(N));
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
    void sumsAsATreeAreVectorOperations() {
        String text = device
                .source(OpenClRun.task(ConstructKernels.class, "laneSums", new VectorFloat16(16), new FloatArray(3)))
                .text();
        org.junit.jupiter.api.Assertions.assertTrue(text.contains("= lanes16(v);"), text);
    }

    @Test
    void namesOfOpenClAreNoObstacle() {
        check("names", ints(N, this::integer), new IntArray(N));
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
