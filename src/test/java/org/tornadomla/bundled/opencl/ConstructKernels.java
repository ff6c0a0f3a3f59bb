package org.tornadomla.bundled.opencl;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** One small kernel for each construct of the language that kernels may use. */
final class ConstructKernels {

    private static final int FACTOR = Integer.parseInt("3");

    private ConstructKernels() {
    }

    static void integers(IntArray a, IntArray b, IntArray out) {
        for (@Parallel
        int i = 0; i < a.getSize(); i++) {
            int x = a.get(i);
            int y = b.get(i);
            int at = i * 13;
            out.set(at, x + y);
            out.set(at + 1, x - y);
            out.set(at + 2, x * y);
            out.set(at + 3, y == 0 ? 7 : x / y);
            out.set(at + 4, y == 0 ? 9 : x % y);
            out.set(at + 5, x << y);
            out.set(at + 6, x >> y);
            out.set(at + 7, x >>> y);
            out.set(at + 8, (x & y) ^ (x | ~y));
            out.set(at + 9, -x);
            out.set(at + 10, x / 8 + x % 7);
            out.set(at + 11, (byte) x + (short) y + (char) x);
            out.set(at + 12, Math.min(x, y) * FACTOR + Math.max(x, 5) + Math.abs(y));
        }
    }

    static void longs(IntArray a, IntArray b, IntArray out) {
        for (@Parallel
        int i = 0; i < a.getSize() / 2; i++) {
            long x = whole(a, i);
            long y = whole(b, i);
            long r = x * y + (x - y) * 31L;
            r ^= x << (int) y;
            r += x >> 3 ^ x >>> (int) (y & 77);
            r -= y == 0 ? 1 : x / y + x % y;
            r += x < y ? 5 : x == y ? 6 : 7;
            put(out, i, r + (int) x);
        }
    }

    /** The long whose lower half comes first. */
    private static long whole(IntArray halves, int index) {
        return (long) halves.get(2 * index + 1) << 32 | halves.get(2 * index) & 0xFFFFFFFFL;
    }

    private static void put(IntArray halves, int index, long value) {
        halves.set(2 * index, (int) value);
        halves.set(2 * index + 1, (int) (value >>> 32));
    }

    static void conversions(FloatArray a, FloatArray d, IntArray out, FloatArray outFloat) {
        for (@Parallel
        int i = 0; i < a.getSize(); i++) {
            float x = a.get(i);
            double y = d.get(i) * 1.5;
            out.set(6 * i, (int) x);
            out.set(6 * i + 1, (int) y);
            put(out, 3 * i + 1, (long) x);
            put(out, 3 * i + 2, (long) y);
            outFloat.set(3 * i, (float) y);
            outFloat.set(3 * i + 1, (float) (int) x + (float) (long) y);
            outFloat.set(3 * i + 2, (float) (x + y * 2.0 - 1e30 / y));
        }
    }

    static void narrow(ByteArray bytes, IntArray numbers, IntArray out) {
        for (@Parallel
        int i = 0; i < bytes.getSize(); i++) {
            byte b = bytes.get(i);
            short s = (short) numbers.get(i);
            out.set(i, (b & 0xFF) - 128 + (s & 0xFFFF) * 3 + b);
            b += s;
            s ^= b;
            bytes.set(i, b);
            numbers.set(i, s);
        }
    }

    static void floats(FloatArray a, FloatArray b, FloatArray out) {
        for (@Parallel
        int i = 0; i < a.getSize(); i++) {
            float x = a.get(i);
            float y = b.get(i);
            int at = i * 10;
            out.set(at, x + y);
            out.set(at + 1, x - y);
            out.set(at + 2, x * y);
            out.set(at + 3, x / y);
            out.set(at + 4, x * y + x);
            out.set(at + 5, Math.max(x, y) + 2f * Math.min(x, y));
            out.set(at + 6, TornadoMath.sqrt(x) + Math.abs(y) + (float) Math.sqrt(y));
            out.set(at + 7, TornadoMath.floor(x) - TornadoMath.ceil(y));
            out.set(at + 8, Math.fma(x, y, 0.1f));
            out.set(at + 9, -x + TornadoMath.clamp(y, -1f, 1f));
        }
    }

    static void comparisons(FloatArray a, FloatArray b, IntArray out) {
        for (@Parallel
        int i = 0; i < a.getSize(); i++) {
            float x = a.get(i);
            float y = b.get(i);
            int bits = 0;
            if (x < y) {
                bits |= 1;
            }
            if (!(x < y)) {
                bits |= 2;
            }
            if (x >= y) {
                bits |= 4;
            }
            if (!(x <= y || x > 3f)) {
                bits |= 8;
            }
            if (x == y) {
                bits |= 16;
            }
            if (x != y && y > 0f) {
                bits |= 32;
            }
            boolean above = x > y;
            bits |= above ^ y < 1f ? 64 : 128;
            out.set(i, bits);
        }
    }

    static void flow(IntArray in, IntArray out) {
        for (@Parallel
        int i = 0; i < in.getSize(); i++) {
            int x = in.get(i);
            int total = 0;
            outer : for (int j = 0; j < 20; j++) {
                int k = x & 15;
                while (k > 0) {
                    k--;
                    if (k == 5) {
                        continue;
                    }
                    if (k == j) {
                        continue outer;
                    }
                    if (total > 200) {
                        break outer;
                    }
                    total += k * j;
                    if (total % 11 == 7) {
                        break;
                    }
                }
                do {
                    total++;
                    k += 2;
                } while (k < 4);
            }
            switch (x & 7) {
                case 0 :
                    total += 1;
                case 1 :
                    total += 10;
                    break;
                case 5 :
                    total = -total;
                    break;
                default :
                    total ^= 3;
            }
            total += switch (x % 3) {
                case 0 -> 5;
                case 1 -> x > 9 ? 6 : 7;
                default -> total;
            };
            int post = total++ + ++total;
            out.set(i, total * 3 + post + fibonacci(x & 15) + early(x) + reassigned(x, total));
        }
    }

    private static int fibonacci(int n) {
        int a = 0;
        int b = 1;
        for (int i = 0; i < n; i++) {
            int t = a + b;
            a = b;
            b = t;
        }
        return a;
    }

    private static int early(int x) {
        for (int i = 0; i < 10; i++) {
            if (i * i > x) {
                return i;
            }
            if (x == 77) {
                x++;
            }
        }
        return x;
    }

    private static int reassigned(int x, int y) {
        x = x * 3 + y;
        if (y > 4) {
            y = x;
        }
        return x ^ y;
    }

    static void privateArrays(IntArray in, IntArray out, int size) {
        for (@Parallel
        int i = 0; i < in.getSize(); i++) {
            int[] counts = new int[size * 2];
            int[] fixed = {3, 1, 4, 1, 5};
            byte[] bytes = new byte[4];
            for (int j = 0; j < 12; j++) {
                counts[(in.get(i) >>> j) & size * 2 - 1] += fixed[j % fixed.length];
                bytes[j & 3] += (byte) (j * 50);
            }
            int sum = 0;
            for (int count : counts) {
                sum = sum * 31 + count;
            }
            out.set(i, sum + bytes[1] + total(counts, 3));
        }
    }

    private static int total(int[] values, int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
            values[i] = 0;
        }
        return sum + values[0];
    }

    static void order(IntArray data) {
        for (@Parallel
        int i = 0; i < 1; i++) {
            int at = 0;
            int first = data.get(at++) + data.get(at++) * data.get(at);
            data.set(at, data.get(at) + change(data, at) * data.get(at));
            int old = data.get(0);
            data.set(0, old + 1);
            data.set(5, old * 2 + data.get(0) + first);
            int x = 4;
            x = x++ + x * (x = 2);
            data.set(6, x);
        }
    }

    private static int change(IntArray data, int at) {
        data.set(at, data.get(at) + 100);
        return data.get(at) - 1;
    }

    static void nested(IntArray out, IntArray sizes) {
        for (@Parallel
        int i = 0; i < sizes.get(0); i++) {
            for (@Parallel
            int j = 1; j <= sizes.get(1); j += 2) {
                for (@Parallel
                int k = 0; k < 3; k++) {
                    out.set((i * 40 + j) * 3 + k, out.get((i * 40 + j) * 3 + k) + i * 10000 + j * 10 + k);
                }
            }
        }
    }

    static void vectors(VectorFloat16 a, VectorFloat16 b, VectorFloat16 out, FloatArray sums) {
        for (@Parallel
        int i = 0; i < a.getLength(); i++) {
            Float16 x = a.get(i);
            Float16 y = b.get(i);
            Float16 acc = new Float16();
            acc = Float16.add(acc, Float16.mult(x, y));
            acc = Float16.sub(acc, Float16.div(x, 3f));
            acc = Float16.max(acc, Float16.min(y, x));
            out.set(i, acc);
            sums.set(i * 3, Float16.dot(x, y));
            sums.set(i * 3 + 1, acc.getS0() + acc.getS15() * acc.getS10());
            float lanes = 0f;
            for (int l = 0; l < 16; l++) {
                lanes += acc.get(l);
            }
            sums.set(i * 3 + 2, lanes + a.size());
        }
    }

    /** Lanes summed as a tree of halves, in the order of another tree, and one after another. */
    static void laneSums(VectorFloat16 a, FloatArray out) {
        for (@Parallel
        int i = 0; i < a.getLength(); i++) {
            Float16 v = a.get(i);
            out.set(i * 3, halvesOf(v));
            out.set(i * 3 + 1, (v.getS0() + v.getS1()) + (v.getS2() + v.getS3()));
            out.set(i * 3 + 2,
                    v.getS0() + v.getS1() + v.getS2() + v.getS3() + v.getS4() + v.getS5() + v.getS6() + v.getS7()
                            + v.getS8() + v.getS9() + v.getS10() + v.getS11() + v.getS12() + v.getS13() + v.getS14()
                            + v.getS15());
        }
    }

    private static float halvesOf(Float16 v) {
        float a = v.getS0() + v.getS8() + (v.getS4() + v.getS12());
        float b = v.getS1() + v.getS9() + (v.getS5() + v.getS13());
        float c = v.getS2() + v.getS10() + (v.getS6() + v.getS14());
        float d = v.getS3() + v.getS11() + (v.getS7() + v.getS15());
        return a + c + (b + d);
    }

    /** Names that mean something in OpenCL C or in the generated prelude. */
    static void names(IntArray kernel, IntArray global) {
        for (@Parallel
        int iadd = 0; iadd < kernel.getSize(); iadd++) {
            int idiv = kernel.get(iadd) | 1;
            int uint = idiv / (iadd | 3) % idiv;
            float exp = TornadoMath.exp(0f) + uint;
            int half = (int) exp;
            int[] z = new int[4];
            int iadd__end = half;
            z[half & 3] = iadd__end;
            global.set(iadd, half + uint + z[iadd & 3]);
        }
    }

    static void halves(HalfFloatArray a, HalfFloatArray b, FloatArray out) {
        for (@Parallel
        int i = 0; i < a.getSize(); i++) {
            HalfFloat x = a.get(i);
            HalfFloat sum = HalfFloat.add(x, HalfFloat.mult(b.get(i), new HalfFloat(0.1f)));
            out.set(i, x.getFloat32() * 3f + sum.getFloat32());
            b.set(i, sum);
        }
    }

    static void bits(FloatArray a, IntArray out) {
        for (@Parallel
        int i = 0; i < a.getSize(); i++) {
            int raw = Float.floatToRawIntBits(a.get(i));
            out.set(i, raw ^ Integer.bitCount(raw) ^ Float.floatToFloat16(a.get(i)));
            a.set(i, Float.intBitsToFloat(raw >> 1) + Float.float16ToFloat((short) raw));
        }
    }

    static void constants(IntArray out, int n, long big, float scale, byte small, char letter) {
        for (@Parallel
        int i = 0; i < out.getSize(); i++) {
            n += i;
            out.set(i, n + (int) (big >> 33) + (int) (scale * i) + small + letter);
            n -= i;
        }
    }
}
