package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Helpers on the 16 lanes of a vector, inlined into the kernels that call them, those of training too. */
public final class Lanes {

    /** Floats in a vector. */
    public static final int WIDTH = 16;

    private Lanes() {
    }

    /** Sixteen zeros; the constructor without arguments does not compile as an accumulator on TornadoVM 5.2. */
    public static Float16 zero() {
        return new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
    }

    /** The same number in every lane. */
    public static Float16 splat(float s) {
        return new Float16(s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s);
    }

    /** A vector times a number. TornadoVM 5.2 does not compile {@code Float16.mult(Float16, float)} everywhere. */
    public static Float16 times(Float16 v, float s) {
        return Float16.mult(v, splat(s));
    }

    /** Sum of four vectors. */
    static Float16 sum(Float16 a, Float16 b, Float16 c, Float16 d) {
        return Float16.add(Float16.add(a, b), Float16.add(c, d));
    }

    /** Sum of the lanes, as a tree of fixed order. */
    public static float sum(Float16 v) {
        float a = (v.getS0() + v.getS8()) + (v.getS4() + v.getS12());
        float b = (v.getS1() + v.getS9()) + (v.getS5() + v.getS13());
        float c = (v.getS2() + v.getS10()) + (v.getS6() + v.getS14());
        float d = (v.getS3() + v.getS11()) + (v.getS7() + v.getS15());
        return (a + c) + (b + d);
    }

    /** Writes the lanes to {@code target[index .. index+15]}. */
    static void store(FloatArray target, int index, Float16 v) {
        target.set(index, v.getS0());
        target.set(index + 1, v.getS1());
        target.set(index + 2, v.getS2());
        target.set(index + 3, v.getS3());
        target.set(index + 4, v.getS4());
        target.set(index + 5, v.getS5());
        target.set(index + 6, v.getS6());
        target.set(index + 7, v.getS7());
        target.set(index + 8, v.getS8());
        target.set(index + 9, v.getS9());
        target.set(index + 10, v.getS10());
        target.set(index + 11, v.getS11());
        target.set(index + 12, v.getS12());
        target.set(index + 13, v.getS13());
        target.set(index + 14, v.getS14());
        target.set(index + 15, v.getS15());
    }

    /** Writes the lanes to {@code target[index .. index+15]} of a private array. */
    public static void unpack(Float16 v, float[] target, int index) {
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

    /** A vector of {@code source[index .. index+15]} of a private array. */
    public static Float16 pack(float[] source, int index) {
        return new Float16(source[index], source[index + 1], source[index + 2], source[index + 3], source[index + 4],
                source[index + 5], source[index + 6], source[index + 7], source[index + 8], source[index + 9],
                source[index + 10], source[index + 11], source[index + 12], source[index + 13], source[index + 14],
                source[index + 15]);
    }

    /** A vector of every stride-th number of a private array, from {@code source[index]} on. */
    public static Float16 column(float[] source, int index, int stride) {
        return new Float16(source[index], source[index + stride], source[index + 2 * stride],
                source[index + 3 * stride], source[index + 4 * stride], source[index + 5 * stride],
                source[index + 6 * stride], source[index + 7 * stride], source[index + 8 * stride],
                source[index + 9 * stride], source[index + 10 * stride], source[index + 11 * stride],
                source[index + 12 * stride], source[index + 13 * stride], source[index + 14 * stride],
                source[index + 15 * stride]);
    }

    /**
     * Product of 16 scalars with 16 rows of a weight:
     * {@code sum + a.s0 w[at] + a.s1 w[at + 1] + ... + a.s15 w[at + 15]}, even and odd rows apart, since a single chain
     * of sums would wait for itself.
     */
    public static Float16 timesRows(Float16 a, VectorFloat16 w, int at, Float16 sum) {
        Float16 even = Float16.add(sum, times(w.get(at), a.getS0()));
        Float16 odd = times(w.get(at + 1), a.getS1());
        even = Float16.add(even, times(w.get(at + 2), a.getS2()));
        odd = Float16.add(odd, times(w.get(at + 3), a.getS3()));
        even = Float16.add(even, times(w.get(at + 4), a.getS4()));
        odd = Float16.add(odd, times(w.get(at + 5), a.getS5()));
        even = Float16.add(even, times(w.get(at + 6), a.getS6()));
        odd = Float16.add(odd, times(w.get(at + 7), a.getS7()));
        even = Float16.add(even, times(w.get(at + 8), a.getS8()));
        odd = Float16.add(odd, times(w.get(at + 9), a.getS9()));
        even = Float16.add(even, times(w.get(at + 10), a.getS10()));
        odd = Float16.add(odd, times(w.get(at + 11), a.getS11()));
        even = Float16.add(even, times(w.get(at + 12), a.getS12()));
        odd = Float16.add(odd, times(w.get(at + 13), a.getS13()));
        even = Float16.add(even, times(w.get(at + 14), a.getS14()));
        odd = Float16.add(odd, times(w.get(at + 15), a.getS15()));
        return Float16.add(even, odd);
    }

    /** The same with {@code stride} vectors from one row of the weight to the next. */
    public static Float16 timesRows(Float16 a, VectorFloat16 w, int at, int stride, Float16 sum) {
        Float16 even = Float16.add(sum, times(w.get(at), a.getS0()));
        Float16 odd = times(w.get(at + stride), a.getS1());
        even = Float16.add(even, times(w.get(at + 2 * stride), a.getS2()));
        odd = Float16.add(odd, times(w.get(at + 3 * stride), a.getS3()));
        even = Float16.add(even, times(w.get(at + 4 * stride), a.getS4()));
        odd = Float16.add(odd, times(w.get(at + 5 * stride), a.getS5()));
        even = Float16.add(even, times(w.get(at + 6 * stride), a.getS6()));
        odd = Float16.add(odd, times(w.get(at + 7 * stride), a.getS7()));
        even = Float16.add(even, times(w.get(at + 8 * stride), a.getS8()));
        odd = Float16.add(odd, times(w.get(at + 9 * stride), a.getS9()));
        even = Float16.add(even, times(w.get(at + 10 * stride), a.getS10()));
        odd = Float16.add(odd, times(w.get(at + 11 * stride), a.getS11()));
        even = Float16.add(even, times(w.get(at + 12 * stride), a.getS12()));
        odd = Float16.add(odd, times(w.get(at + 13 * stride), a.getS13()));
        even = Float16.add(even, times(w.get(at + 14 * stride), a.getS14()));
        odd = Float16.add(odd, times(w.get(at + 15 * stride), a.getS15()));
        return Float16.add(even, odd);
    }
}
