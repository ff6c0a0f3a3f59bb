package org.tornadomla.bundled.jvm;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Kernels for the tests of the engine; none fuses, so that their Java results are the engine's bit for bit. */
final class JvmTestKernels {

    private JvmTestKernels() {
    }

    /** Every vector operation on sixteen lanes, through helpers that are inlined, copied and recognised. */
    static void vectors16(VectorFloat16 x, VectorFloat16 y, FloatArray scalars, VectorFloat16 z, FloatArray sums) {
        for (@Parallel
        int i = 0; i < x.getLength(); i++) {
            Float16 a = x.get(i);
            Float16 b = y.get(i);
            Float16 quotient = Float16.div(a, Float16.add(Float16.mult(b, b), 1f));
            Float16 kept = Float16.max(Float16.min(a, b), quotient);
            Float16 accumulated = zero();
            for (int k = 0; k < 3; k++) {
                accumulated = Float16.add(accumulated, Float16.sub(kept, scalars.get(k)));
            }
            float[] lanes = new float[16];
            unpack(accumulated, lanes, 0);
            lanes[3] = lanes[3] + 1f;
            z.set(i, step(pack(lanes, 0), scalars.get(0)));
            sums.set(3 * i, sum(a));
            sums.set(3 * i + 1, Float16.dot(a, b));
            sums.set(3 * i + 2,
                    a.getS5() + b.get(7) + new Float16(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16).getS15());
        }
    }

    private static Float16 zero() {
        return new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
    }

    private static Float16 step(Float16 value, float limit) {
        if (value.getS0() > limit) {
            return Float16.sub(value, limit);
        }
        Float16 spread = new Float16(limit, limit, limit, limit, limit, limit, limit, limit, limit, limit, limit, limit,
                limit, limit, limit, limit);
        return Float16.add(value, spread);
    }

    private static float sum(Float16 v) {
        float a = (v.getS0() + v.getS8()) + (v.getS4() + v.getS12());
        float b = (v.getS1() + v.getS9()) + (v.getS5() + v.getS13());
        float c = (v.getS2() + v.getS10()) + (v.getS6() + v.getS14());
        float d = (v.getS3() + v.getS11()) + (v.getS7() + v.getS15());
        return (a + c) + (b + d);
    }

    private static void unpack(Float16 v, float[] target, int index) {
        target[index] = v.getS0();
        target[index + 1] = v.getS1();
        target[index + 2] = v.getS2();
        target[index + 3] = v.getS3();
        target[index + 4] = v.getS4();
        target[index + 5] = v.getS5();
        target[index + 6] = v.getS6();
        target[index + 7] = v.getS7();
        target[index + 8] = v.getS8();
        target[index + 9] = v.getS9();
        target[index + 10] = v.getS10();
        target[index + 11] = v.getS11();
        target[index + 12] = v.getS12();
        target[index + 13] = v.getS13();
        target[index + 14] = v.getS14();
        target[index + 15] = v.getS15();
    }

    private static Float16 pack(float[] source, int index) {
        return new Float16(source[index], source[index + 1], source[index + 2], source[index + 3], source[index + 4],
                source[index + 5], source[index + 6], source[index + 7], source[index + 8], source[index + 9],
                source[index + 10], source[index + 11], source[index + 12], source[index + 13], source[index + 14],
                source[index + 15]);
    }

    /** A vector whose lane is set, which has no lowered form. */
    static void setter(VectorFloat16 x, FloatArray y) {
        for (@Parallel
        int i = 0; i < y.getSize(); i++) {
            Float16 value = x.get(i);
            value.set(1, 7f);
            y.set(i, value.getS0() + value.getS1());
        }
    }

    /** Sixteen halves at once. */
    static void halves(HalfFloatArray h, IntArray count, VectorFloat16 out) {
        for (@Parallel
        int i = 0; i < count.get(0); i++) {
            out.set(i, sixteen(h, 16 * i + 1));
        }
    }

    private static Float16 sixteen(HalfFloatArray h, int at) {
        return new Float16(h.get(at).getFloat32(), h.get(at + 1).getFloat32(), h.get(at + 2).getFloat32(),
                h.get(at + 3).getFloat32(), h.get(at + 4).getFloat32(), h.get(at + 5).getFloat32(),
                h.get(at + 6).getFloat32(), h.get(at + 7).getFloat32(), h.get(at + 8).getFloat32(),
                h.get(at + 9).getFloat32(), h.get(at + 10).getFloat32(), h.get(at + 11).getFloat32(),
                h.get(at + 12).getFloat32(), h.get(at + 13).getFloat32(), h.get(at + 14).getFloat32(),
                h.get(at + 15).getFloat32());
    }

    /** Every kind of array. */
    static void arrays(ByteArray b, FloatArray f, HalfFloatArray h, IntArray out) {
        for (@Parallel
        int i = 0; i < out.getSize(); i++) {
            out.set(i, b.get(i) + (int) f.get(i) + (int) h.get(i).getFloat32());
            b.set(i, (byte) (b.get(i) + 1));
            f.set(i, f.get(i) * 2f);
            h.set(i, new HalfFloat(h.get(i).getFloat32() + 1f));
        }
    }

    /**
     * Three nested parallel loops, a start above 0, a step of 2 and a bound that belongs to the loop; out is uploaded.
     */
    static void nested(IntArray sizes, IntArray out) {
        for (@Parallel
        int i = 1; i <= sizes.get(0); i += 2) {
            for (@Parallel
            int j = 0; j < sizes.get(1); j++) {
                for (@Parallel
                int k = 0; k < 3; k++) {
                    if (i > 0) {
                        out.set((i * sizes.get(1) + j) * 3 + k, i * 100 + j * 10 + k);
                    }
                }
            }
        }
    }

    /** Loops, switch, early exits and recursion as plain Java. */
    static void control(IntArray x, int limit, IntArray out) {
        if (limit < 0) {
            return;
        }
        for (@Parallel
        int i = 0; i < x.getSize(); i++) {
            int value = x.get(i);
            int result = switch (value % 4) {
                case 0 -> 10;
                case 1 -> helper(value);
                case 2 -> value > limit ? 1 : 2;
                default -> {
                    int total = 0;
                    for (int k = 0; k < value; k++) {
                        if (k % 2 == 0) {
                            continue;
                        }
                        total += k;
                    }
                    yield total;
                }
            };
            out.set(i, result + (int) (TornadoMath.floor(0.5f + value) % 7));
        }
    }

    private static int helper(int value) {
        return value < 3 ? value : helper(value - 3) + 1;
    }

    /** Sums of groups by halving, in local memory. */
    static void groupSums(KernelContext context, FloatArray x, FloatArray sums) {
        float[] local = context.allocateFloatLocalArray(128);
        int id = context.localIdx;
        local[id] = x.get(context.globalIdx);
        context.localBarrier();
        int active = context.localGroupSizeX;
        while (active > 1) {
            int half = (active + 1) / 2;
            if (id + half < active) {
                local[id] += local[id + half];
            }
            active = half;
            context.localBarrier();
        }
        if (id == 0) {
            sums.set(context.groupIdx, local[0]);
        }
    }

    /** The first work-item of a group ends before the barrier. */
    static void unmatched(KernelContext context, FloatArray y) {
        if (context.localIdx > 0) {
            context.localBarrier();
        }
        y.set(context.globalIdx, 1f);
    }

    /** Counts work-items in one place. */
    static void count(KernelContext context, IntArray counter, FloatArray y) {
        context.atomicAdd(counter, 0, 1);
        if (context.globalIdx < y.getSize()) {
            y.set(context.globalIdx + context.globalIdy * context.globalGroupSizeX, context.groupIdy);
        }
    }

    /** Fails in one iteration. */
    static void outside(FloatArray x, int shift, FloatArray y) {
        for (@Parallel
        int i = 0; i < y.getSize(); i++) {
            y.set(i, x.get(i + shift));
        }
    }

    /** Two parallel loops side by side. */
    static void siblings(FloatArray x) {
        for (@Parallel
        int i = 0; i < x.getSize(); i++) {
            x.set(i, x.get(i) + 1f);
        }
        for (@Parallel
        int i = 0; i < x.getSize(); i++) {
            x.set(i, x.get(i) + 1f);
        }
    }

    /** A parallel loop that counts down. */
    static void downwards(FloatArray x) {
        for (@Parallel
        int i = 63; i >= 0; i--) {
            x.set(i, x.get(i) + 1f);
        }
    }

    /** A product that is added right away. */
    static void fused(VectorFloat16 x, VectorFloat16 y, VectorFloat16 z) {
        for (@Parallel
        int i = 0; i < x.getLength(); i++) {
            z.set(i, Float16.add(z.get(i), Float16.mult(x.get(i), y.get(i))));
        }
    }

    /** Needs more local memory than there is. */
    static void greedy(KernelContext context, FloatArray y) {
        float[] local = context.allocateFloatLocalArray(1 << 20);
        local[0] = 1f;
        y.set(context.globalIdx, local[0]);
    }

    /** Leaves private arrays as they are made. */
    static void privateArrays(FloatArray y) {
        for (@Parallel
        int i = 0; i < y.getSize(); i++) {
            float[] floats = new float[4];
            int[] integers = new int[4];
            float[] given = {1f, 2f};
            y.set(i, integers[i] == 0 ? given[1] : floats[i] + given[0]);
        }
    }
}
