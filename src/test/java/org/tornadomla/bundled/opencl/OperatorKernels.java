package org.tornadomla.bundled.opencl;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Small kernels with what kernels may use beside {@link ConstructKernels}: rarer operators, functions and types. */
final class OperatorKernels {

    private static final boolean FLAG = Boolean.parseBoolean("true");
    private static final byte BYTE = Byte.parseByte("-5");
    private static final short SHORT = Short.parseShort("-300");
    private static final char LETTER = "q".charAt(0);
    private static final long LONG = Long.parseLong("-9223372036854775808");
    private static final double DOUBLE = Double.parseDouble("0.1");
    private static final float INFINITE = Float.parseFloat("-Infinity");

    private OperatorKernels() {
    }

    static void remainders(FloatArray a, FloatArray b, FloatArray out) {
        for (@Parallel
        int i = 0; i < a.getSize(); i++) {
            float x = a.get(i);
            float y = b.get(i);
            out.set(2 * i, x % y);
            out.set(2 * i + 1, (float) ((double) x % (y * 3.0)));
        }
    }

    static void functions(FloatArray a, FloatArray b, FloatArray out) {
        for (@Parallel
        int i = 0; i < a.getSize(); i++) {
            float x = a.get(i);
            double wide = b.get(i) * 1.25;
            int at = i * 7;
            out.set(at, Math.signum(x) + Float.sum(x, 2f));
            out.set(at + 1, (Float.isNaN(x) ? 1 : 0) + (Float.isInfinite(x) ? 2 : 0) + (Float.isFinite(x) ? 4 : 0)
                    + (Double.isNaN(wide) ? 8 : 0));
            out.set(at + 2, (float) Math.max(wide, 0.5 * x) - (float) Math.min(wide, 3.0));
            out.set(at + 3, (float) Math.clamp(wide, -1.5, 1.5));
            out.set(at + 4, (float) -wide + (float) Math.abs(wide) + (float) Math.sqrt(Math.abs(wide) + 1e-30));
            out.set(at + 5, (float) Math.fma((double) x, 2.0, 1.0));
            out.set(at + 6, (float) Double.longBitsToDouble(Double.doubleToRawLongBits(wide) ^ 1L << 52));
        }
    }

    static void wholeNumbers(IntArray a, IntArray out) {
        for (@Parallel
        int i = 0; i < a.getSize(); i++) {
            int x = a.get(i);
            long wide = (long) x * 5L;
            double real = x;
            out.set(3 * i, (int) (-wide >> 1) + Integer.numberOfLeadingZeros(x) + Integer.valueOf(x));
            out.set(3 * i + 1, (int) (real + wide) + Math.clamp(x, -100, 100));
            out.set(3 * i + 2, (int) Math.max(wide, 7L) ^ (int) Math.abs(wide | 1L));
        }
    }

    static void statics(IntArray out) {
        for (@Parallel
        int i = 0; i < out.getSize(); i++) {
            out.set(i, (FLAG ? i : -i) * BYTE + SHORT + LETTER + (int) (LONG >> 40) + (int) (DOUBLE * 1e8)
                    + (INFINITE < i ? 1 : 0));
        }
    }

    /** Values of array elements that are used again, results that nobody uses, and arrays of wide elements. */
    static void shuffles(IntArray a, IntArray out) {
        for (@Parallel
        int i = 0; i < a.getSize(); i++) {
            int[] small = new int[4];
            int[] others = new int[4];
            long[] wide = new long[4];
            double[] real = new double[2];
            int x = a.get(i);
            small[x & 3] = others[1] = x * 3;
            int before = small[x & 3]++;
            long longBefore = wide[x & 3]++ + (wide[2] += x);
            real[0] = real[1] = x * 0.5;
            double realBefore = real[x & 1]--;
            add(out, i, before);
            addWide(out, i, longBefore);
            out.set(i, out.get(i) + small[x & 3] + others[1] + (int) wide[2] + (int) (realBefore * 2) + (int) real[1]);
        }
    }

    private static int add(IntArray out, int at, int value) {
        out.set(at, out.get(at) + value);
        return value;
    }

    private static long addWide(IntArray out, int at, long value) {
        out.set(at, out.get(at) * 31 + (int) value);
        return value;
    }

    /** Bounds that the loop itself stores: every time the same number, but no compiler knows. */
    static void storedBounds(IntArray sizes, IntArray out) {
        int n = sizes.get(0);
        for (@Parallel
        int i = 0; i < n; i++) {
            n = sizes.get(0);
            out.set(i, out.get(i) + i * 3);
        }
    }

    static void arguments(IntArray out, boolean flag, short small, double real, long big, Integer boxed) {
        for (@Parallel
        int i = 0; i < out.getSize(); i++) {
            out.set(i, (flag ? small : -small) + (int) (real * i) + (int) (big >> 20) + boxed);
        }
    }

    static void halfBits(HalfFloatArray a, IntArray out) {
        for (@Parallel
        int i = 0; i < a.getSize(); i++) {
            HalfFloat x = a.get(i);
            out.set(i, x.getHalfFloatValue());
        }
    }

    /** Neighbours of one group swap what they wrote to the memory of all. */
    static void swapped(KernelContext context, IntArray data) {
        int at = context.globalIdx;
        int mine = data.get(at) + 1;
        data.set(at, mine);
        context.globalBarrier();
        int others = data.get(at ^ 1);
        context.globalBarrier();
        data.set(at, others);
    }
}
