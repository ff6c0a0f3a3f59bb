package org.tornadomla.testing;

import java.util.stream.IntStream;
import org.junit.jupiter.api.AssertionFailureBuilder;

/**
 * The comparison of all tests. Infinities and NaN must stand at the same places first; then the largest absolute error,
 * as a fraction of the largest expected magnitude, is held against what is allowed.
 *
 * @param absolute      largest absolute error
 * @param relative      that as a fraction of the largest expected magnitude
 * @param index         where it is; -1 for empty arrays
 * @param actual        the value there
 * @param expected      the value that should be there
 * @param cosine        cosine of the angle between the arrays; 1 where both are zero
 * @param unlikeSpecial index of the first NaN or infinity without its like on the other side; -1 for none
 */
public record Comparer(double absolute, double relative, int index, double actual, double expected, double cosine,
        int unlikeSpecial) {

    /**
     * Measures two arrays.
     *
     * @param actual   what came
     * @param expected what should have come, as long
     * @return the measures
     */
    public static Comparer compare(double[] actual, double[] expected) {
        if (actual.length != expected.length) {
            throw new AssertionError("length " + actual.length + ", expected " + expected.length);
        }
        double largest = 0;
        double worst = -1;
        int at = -1;
        int special = -1;
        double product = 0;
        double actualSquares = 0;
        double expectedSquares = 0;
        for (int i = 0; i < actual.length; i++) {
            double a = actual[i];
            double e = expected[i];
            if (!Double.isFinite(a) || !Double.isFinite(e)) {
                special = special < 0 && Double.compare(a, e) != 0 ? i : special;
                continue;
            }
            if (Math.abs(a - e) > worst) {
                worst = Math.abs(a - e);
                at = i;
            }
            largest = Math.max(largest, Math.abs(e));
            product += a * e;
            actualSquares += a * a;
            expectedSquares += e * e;
        }
        double absolute = Math.max(worst, 0);
        double norms = Math.sqrt(actualSquares) * Math.sqrt(expectedSquares);
        double cosine = norms == 0 ? (actualSquares == expectedSquares ? 1 : 0) : product / norms;
        return new Comparer(absolute, absolute == 0 ? 0 : absolute / largest, at, at < 0 ? 0 : actual[at],
                at < 0 ? 0 : expected[at], cosine, special);
    }

    /**
     * Asserts that two arrays agree.
     *
     * @param what     name of what is compared, for the message
     * @param actual   what came
     * @param expected what should have come
     * @param allowed  largest absolute error as a fraction of the largest expected magnitude
     */
    public static void assertClose(String what, double[] actual, double[] expected, double allowed) {
        Comparer measured = compare(actual, expected);
        if (measured.unlikeSpecial >= 0) {
            int i = measured.unlikeSpecial;
            fail(what + ": [" + i + "] is " + actual[i] + ", expected " + expected[i], expected[i], actual[i]);
        }
        if (!(measured.relative <= allowed)) {
            fail(what + ": " + measured.describe() + ", allowed " + allowed, measured.expected, measured.actual);
        }
    }

    /**
     * Asserts that two arrays agree.
     *
     * @param what     name of what is compared, for the message
     * @param actual   what came
     * @param expected what should have come
     * @param allowed  largest absolute error as a fraction of the largest expected magnitude
     */
    public static void assertClose(String what, float[] actual, double[] expected, double allowed) {
        assertClose(what, widen(actual), expected, allowed);
    }

    /**
     * Asserts that two arrays agree.
     *
     * @param what     name of what is compared, for the message
     * @param actual   what came
     * @param expected what should have come
     * @param allowed  largest absolute error as a fraction of the largest expected magnitude
     */
    public static void assertClose(String what, float[] actual, float[] expected, double allowed) {
        assertClose(what, widen(actual), widen(expected), allowed);
    }

    /**
     * The measures in words.
     *
     * @return one line
     */
    public String describe() {
        return "relative error " + relative + ", absolute " + absolute + " at [" + index + "]: " + actual
                + ", expected " + expected + ", cosine " + cosine;
    }

    /**
     * Single precision as double.
     *
     * @param values any numbers
     * @return the same numbers
     */
    public static double[] widen(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    /**
     * Double precision rounded to single.
     *
     * @param values any numbers
     * @return the nearest numbers
     */
    public static float[] narrow(double[] values) {
        float[] narrowed = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrowed[i] = (float) values[i];
        }
        return narrowed;
    }

    private static void fail(String message, double expected, double actual) {
        AssertionFailureBuilder.assertionFailure().message(message).expected(expected).actual(actual).buildAndThrow();
    }
}
