package org.tornadomla.kernels.rules;

import java.util.function.IntUnaryOperator;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/** Kernels that break the rules on signatures and single instructions, each beside a twin that does not. */
final class ConstructSamples {

    private static final float[] TABLE = {1f, 2f};
    private static final int LIMIT = 7;

    private ConstructSamples() {
    }

    @Breaks(Rule.BOOLEAN_PARAMETER)
    public static void flag(boolean on, FloatArray y) {
        y.set(0, on ? 1f : 0f); // breaks
    }

    public static void flagAsInt(int on, FloatArray y) {
        y.set(0, on == 1 ? 1f : 0f);
    }

    @Breaks(Rule.TOO_MANY_PARAMETERS)
    public static void twentyOne(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int l,
            int m, int n, int o, int p, int q, int r, int s, int t, FloatArray y) {
        y.set(0, a + t); // breaks
    }

    public static void twenty(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int l, int m,
            int n, int o, int p, int q, int r, int s, FloatArray y) {
        y.set(0, a + s);
    }

    @Breaks(Rule.RESERVED_NAME)
    public static void select(FloatArray y) {
        y.set(0, 1f); // breaks
    }

    @Breaks(Rule.RESERVED_NAME)
    public static void parameterName(int uint, FloatArray y) {
        y.set(0, uint); // breaks
    }

    public static void selectRows(int in, int local, FloatArray out) {
        out.set(0, in + local);
    }

    @Breaks(Rule.OUTPUT_BEFORE_INPUT)
    public static void outputFirst(FloatArray y, FloatArray x) {
        y.set(0, x.get(0)); // breaks
    }

    @Breaks(Rule.OUTPUT_BEFORE_INPUT)
    public static void outputFirstThroughHelper(VectorFloat16 y, IntArray x) {
        store(y, x.get(0)); // breaks
    }

    private static void store(VectorFloat16 target, int index) {
        target.set(index, target.get(0));
    }

    @Breaks(Rule.OUTPUT_BEFORE_INPUT)
    public static void heapOutputFirst(float[] y, float[] x) {
        y[0] = x[0]; // breaks
    }

    public static void outputsLast(FloatArray x, int n, FloatArray y, float[] z) {
        y.set(0, x.get(n));
        z[0] = y.get(0);
    }

    @Breaks(Rule.UNSIGNED_SHIFT)
    public static void shift(IntArray x, IntArray y) {
        y.set(0, x.get(0) >>> 3); // breaks
    }

    @Breaks(Rule.UNSIGNED_SHIFT)
    public static void longShift(IntArray x, IntArray y) {
        y.set(0, (int) ((long) x.get(0) >>> 3)); // breaks
    }

    public static void maskedShift(IntArray x, IntArray y) {
        y.set(0, (x.get(0) >> 3) & 0x1FFFFFFF);
    }

    @Breaks(Rule.AT_MOST_OF_FLOATS)
    public static void atMost(FloatArray x, FloatArray y) {
        y.set(0, x.get(0) <= 1f ? 1f : 0f); // breaks
    }

    @Breaks(Rule.AT_MOST_OF_FLOATS)
    public static void notAtLeast(FloatArray x, FloatArray y) {
        if (!(x.get(0) >= 1f)) { // breaks
            y.set(0, 1f);
        }
    }

    public static void lessOrNot(FloatArray x, FloatArray y) {
        y.set(0, x.get(0) < 1f ? 1f : 0f);
        y.set(1, !(x.get(0) > 1f) ? 1f : 0f);
    }

    @Breaks(Rule.INT_BETWEEN_CONSTANTS)
    public static void between(IntArray x, IntArray y) {
        int number = x.get(0);
        if (number > 3 && number < 20) { // breaks
            y.set(0, 1);
        }
    }

    @Breaks(Rule.INT_BETWEEN_CONSTANTS)
    public static void outside(IntArray x, IntArray y) {
        int number = x.get(0);
        if (number < 0 || number > 20) { // breaks
            y.set(0, 1);
        }
    }

    public static void betweenWhatIsRead(IntArray x, IntArray y) {
        int number = x.get(0);
        if (number >= 0 && number < x.get(1)) {
            y.set(0, 1);
        }
    }

    @Breaks(Rule.UNSIGNED_MASK)
    public static void centredByte(ByteArray x, FloatArray y) {
        y.set(0, (x.get(0) & 0xFF) - 128); // breaks
    }

    @Breaks(Rule.UNSIGNED_MASK)
    public static void centredByteInAVariable(ByteArray x, FloatArray y) {
        int value = x.get(0) & 0xFF;
        y.set(0, value + -5); // breaks
    }

    public static void centredInBranches(ByteArray x, FloatArray y) {
        int value = x.get(0);
        if (value < 0) {
            value += 256;
        }
        y.set(0, value - 128 + (x.get(1) & 0xF) - 8);
    }

    @Breaks(Rule.REFUSED_CALL)
    public static void fusedMultiply(FloatArray x, FloatArray y) {
        y.set(0, Math.fma(x.get(0), 2f, 1f)); // breaks
    }

    @Breaks(Rule.REFUSED_CALL)
    public static void rounded(FloatArray x, FloatArray y) {
        y.set(0, Math.round(x.get(0))); // breaks
    }

    @Breaks(Rule.REFUSED_CALL)
    public static void floored(FloatArray x, FloatArray y) {
        y.set(0, (float) Math.floor(x.get(0))); // breaks
    }

    @Breaks(Rule.REFUSED_CALL)
    public static void bits(FloatArray x, IntArray y) {
        y.set(0, Float.floatToIntBits(x.get(0))); // breaks
    }

    @Breaks(Rule.REFUSED_CALL)
    public static void halfBits(IntArray x, FloatArray y) {
        y.set(0, Float.float16ToFloat((short) x.get(0))); // breaks
    }

    public static void calls(KernelContext context, FloatArray x, FloatArray y, IntArray z) {
        y.set(context.globalIdx, TornadoMath.floor(x.get(0)) * 2f + Math.max(x.get(1), TornadoMath.exp(x.get(2))));
        context.atomicAdd(z, 0, 1);
    }

    @Breaks(Rule.DOUBLE_MATH)
    public static void doubleExp(FloatArray x, FloatArray y) {
        y.set(0, (float) Math.exp(x.get(0))); // breaks
    }

    public static void floatExp(FloatArray x, FloatArray y) {
        y.set(0, TornadoMath.exp(Math.abs(x.get(0))));
    }

    @Breaks(Rule.NATIVE_TRIGONOMETRY)
    public static void angle(FloatArray x, FloatArray y) {
        y.set(0, TornadoMath.sin(x.get(0))); // breaks
    }

    public static void angleFromTable(FloatArray x, FloatArray sines, FloatArray y) {
        y.set(0, sines.get((int) x.get(0)));
    }

    @Breaks(Rule.UNKNOWN_CALL)
    public static void print(FloatArray y) {
        y.set(0, "text".length()); // breaks
    }

    @Breaks(Rule.UNKNOWN_CALL)
    public static void functionObject(IntUnaryOperator f, IntArray y) {
        y.set(0, f.applyAsInt(1)); // breaks
    }

    @Breaks(Rule.UNKNOWN_CALL)
    public static void lambda(IntArray y) {
        IntUnaryOperator f = value -> value + 1; // breaks
        y.set(0, f == null ? 0 : 1);
    }

    public static void helper(IntArray y) {
        y.set(0, next(1));
    }

    private static int next(int value) {
        return value + 1;
    }

    @Breaks(Rule.HELPER_TOO_LARGE)
    public static void largeHelper(FloatArray x, FloatArray y) {
        y.set(0, sumOf288(x));
    }

    private static float sumOf288(FloatArray x) {
        return sumOf96(x) + sumOf96(x) + sumOf96(x); // breaks
    }

    public static void helperThatFits(FloatArray x, FloatArray y) {
        y.set(0, sumOf96(x) + sumOf96(x) + sumOf96(x));
    }

    private static float sumOf96(FloatArray x) {
        return sumOf16(x, 0) + sumOf16(x, 16) + sumOf16(x, 32) + sumOf16(x, 48) + sumOf16(x, 64) + sumOf16(x, 80);
    }

    private static float sumOf16(FloatArray x, int i) {
        return x.get(i) + x.get(i + 1) + x.get(i + 2) + x.get(i + 3) + x.get(i + 4) + x.get(i + 5) + x.get(i + 6)
                + x.get(i + 7) + x.get(i + 8) + x.get(i + 9) + x.get(i + 10) + x.get(i + 11) + x.get(i + 12)
                + x.get(i + 13) + x.get(i + 14) + x.get(i + 15);
    }

    /** A form that {@code Bf16.numbers} had: TornadoVM refused it for 613 of its nodes. */
    @Breaks(Rule.HELPER_TOO_LARGE)
    public static void sixteenWidened(VectorInt16 x, VectorFloat16 y) {
        y.set(0, widenAll(x, 0, 16));
    }

    private static Float16 widenAll(VectorInt16 x, int at, int left) {
        Int16 v = x.get(at); // breaks
        return new Float16(widen((short) (v.getS0() << left >> 16)), widen((short) (v.getS1() << left >> 16)),
                widen((short) (v.getS2() << left >> 16)), widen((short) (v.getS3() << left >> 16)),
                widen((short) (v.getS4() << left >> 16)), widen((short) (v.getS5() << left >> 16)),
                widen((short) (v.getS6() << left >> 16)), widen((short) (v.getS7() << left >> 16)),
                widen((short) (v.getS8() << left >> 16)), widen((short) (v.getS9() << left >> 16)),
                widen((short) (v.getS10() << left >> 16)), widen((short) (v.getS11() << left >> 16)),
                widen((short) (v.getS12() << left >> 16)), widen((short) (v.getS13() << left >> 16)),
                widen((short) (v.getS14() << left >> 16)), widen((short) (v.getS15() << left >> 16)));
    }

    private static float widen(short bits) {
        int exponent = bits >> 7 & 255;
        int leading = exponent + 255 >> 8;
        int whole = ((bits & 127) << 1 - leading) + (leading << 7) << (exponent & 15);
        float sixteens = 1 << (bits >> 8 & 24);
        float fours = (1 << (bits >> 10 & 24)) * 0x1p-16f;
        float half = fours * fours * (fours * fours);
        return (float) (1 - (bits >> 14 & 2)) * whole * 0x1p-6f * sixteens * sixteens * half * half;
    }

    @Breaks(Rule.THROW)
    public static void thrower(IntArray x, RuntimeException failure) {
        if (x.get(0) < 0) {
            throw failure; // breaks
        }
    }

    public static void returner(IntArray x, IntArray y) {
        if (x.get(0) < 0) {
            return;
        }
        y.set(0, 1);
    }

    @Breaks(Rule.STATIC_FIELD)
    public static void staticArray(FloatArray y) {
        y.set(0, TABLE[1]); // breaks
    }

    public static void staticConstant(FloatArray y) {
        y.set(0, LIMIT);
    }

    @Breaks(Rule.NESTED_ARRAY)
    public static void matrix(FloatArray y) {
        float[][] rows = new float[2][3]; // breaks
        y.set(0, rows.length);
    }

    @Breaks(Rule.NESTED_ARRAY)
    public static void rowsOfRows(FloatArray y) {
        float[][] rows = new float[2][]; // breaks
        y.set(0, rows.length);
    }

    public static void flatMatrix(FloatArray y) {
        float[] rows = new float[2 * 3];
        rows[5] = 1f;
        y.set(0, rows[5]);
    }

    @Breaks(Rule.NEW_DEVICE_ARRAY)
    public static void allocation(FloatArray y) {
        FloatArray copy = new FloatArray(4); // breaks
        y.set(0, copy.get(0));
    }

    public static void vectorValue(VectorFloat16 y) {
        y.set(0, new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f));
    }

    @Breaks(Rule.VECTOR_WITHOUT_VALUES)
    public static void emptyVector(VectorFloat16 y) {
        y.set(0, new Float16()); // breaks
    }

    @Breaks(Rule.VECTOR_BY_NUMBER)
    public static void scaledVector(VectorFloat16 x, FloatArray factor, VectorFloat16 y) {
        y.set(0, Float16.mult(x.get(0), factor.get(0))); // breaks
    }

    public static void productOfVectors(VectorFloat16 x, VectorFloat16 y) {
        y.set(0, Float16.mult(x.get(0), x.get(1)));
    }

    @Breaks(Rule.NON_FINITE_CONSTANT)
    public static void notANumber(FloatArray y) {
        y.set(0, Float.NaN); // breaks
    }

    @Breaks(Rule.NON_FINITE_CONSTANT)
    public static void infinity(FloatArray y) {
        y.set(0, Float.NEGATIVE_INFINITY); // breaks
    }

    public static void sentinel(FloatArray y) {
        for (@Parallel
        int i = 0; i < y.getSize(); i++) {
            y.set(i, -3e38f);
        }
    }
}
