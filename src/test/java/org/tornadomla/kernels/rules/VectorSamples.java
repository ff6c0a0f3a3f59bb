package org.tornadomla.kernels.rules;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Maxima and minima of vectors in loops: what TornadoVM refuses, each beside what it takes. */
final class VectorSamples {

    private VectorSamples() {
    }

    @Breaks(Rule.MAXIMUM_OF_VECTORS)
    public static void maximumToAParameter(VectorFloat16 x, int n, VectorFloat16 y) {
        for (int v = 0; v < n; v++) {
            y.set(v, Float16.max(x.get(v), x.get(0))); // breaks
        }
    }

    @Breaks(Rule.MAXIMUM_OF_VECTORS)
    public static void minimumToAConstant(VectorFloat16 x, VectorFloat16 y) {
        for (int v = 0; v < 2; v++) {
            y.set(v, Float16.min(x.get(v), x.get(0))); // breaks
        }
    }

    @Breaks(Rule.MAXIMUM_OF_VECTORS)
    public static void maximumDownwards(VectorFloat16 x, int n, VectorFloat16 y) {
        for (int v = n - 1; v >= 0; v -= n) {
            y.set(v, Float16.max(x.get(v), x.get(0))); // breaks
        }
    }

    @Breaks(Rule.MAXIMUM_OF_VECTORS)
    public static void constantLoopAroundAnother(VectorFloat16 x, IntArray counts, VectorFloat16 y) {
        for (int v = 0; v < 3; v++) {
            for (int i = 0; i < counts.get(0); i++) {
                y.set(v, Float16.max(x.get(i), x.get(0))); // breaks
            }
        }
    }

    @Breaks(Rule.MAXIMUM_OF_VECTORS)
    public static void maximumInAHelper(VectorFloat16 x, int n, VectorFloat16 y) {
        for (int v = 0; v < n; v++) {
            y.set(v, larger(x.get(v), x.get(0))); // breaks
        }
    }

    private static Float16 larger(Float16 a, Float16 b) {
        return Float16.max(a, b);
    }

    public static void lengthThatIsRead(VectorFloat16 x, IntArray counts, int n, VectorFloat16 y) {
        for (@Parallel
        int row = 0; row < 2 * n; row++) {
            for (int v = 0; v < counts.get(0); v++) {
                y.set(v, Float16.max(x.get(v), x.get(0)));
            }
            for (int v = counts.get(1); v < n; v++) {
                y.set(v, larger(x.get(v), x.get(0)));
            }
        }
    }

    public static void oneRound(VectorFloat16 x, VectorFloat16 y) {
        for (int v = 0; v < 1; v++) {
            y.set(v, Float16.max(x.get(v), x.get(0)));
        }
        y.set(1, Float16.min(x.get(1), x.get(0)));
    }

    public static void otherOperations(VectorFloat16 x, int n, VectorFloat16 y) {
        for (int v = 0; v < n; v++) {
            y.set(v, Float16.add(x.get(v), Float16.div(x.get(v), x.get(0))));
        }
    }

    /** What is large is not unrolled. */
    public static void largeLoop(VectorFloat16 x, IntArray counts, int n, VectorFloat16 y) {
        for (int v = 0; v < n; v++) {
            Float16 sum = x.get(v);
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(1))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(2))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(3))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(4))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(5))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(6))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(7))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(8))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(9))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(10))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(11))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(12))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(13))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(14))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(15))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(16))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(17))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(18))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(19))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(20))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(21))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(22))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(23))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(24))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(25))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(26))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(27))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(28))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(29))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(30))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(31))));
            sum = Float16.add(Float16.mult(sum, x.get(v)), Float16.div(sum, Float16.sub(x.get(0), x.get(32))));
            y.set(v, Float16.max(sum, x.get(0)));
        }
    }
}
