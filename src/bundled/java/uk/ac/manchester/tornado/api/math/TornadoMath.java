package uk.ac.manchester.tornado.api.math;

/** Functions that a task may call on any device; on the host they are Java's own. */
public class TornadoMath {

    /** Only static members are of use. */
    public TornadoMath() {
    }

    /** The smaller of two values. */
    public static float min(float a, float b) {
        return Math.min(a, b);
    }

    /** The smaller of two values. */
    public static double min(double a, double b) {
        return Math.min(a, b);
    }

    /** The smaller of two values. */
    public static long min(long a, long b) {
        return Math.min(a, b);
    }

    /** The smaller of two values. */
    public static int min(int a, int b) {
        return Math.min(a, b);
    }

    /** The larger of two values. */
    public static float max(float a, float b) {
        return Math.max(a, b);
    }

    /** The larger of two values. */
    public static double max(double a, double b) {
        return Math.max(a, b);
    }

    /** The larger of two values. */
    public static long max(long a, long b) {
        return Math.max(a, b);
    }

    /** The larger of two values. */
    public static int max(int a, int b) {
        return Math.max(a, b);
    }

    /** The absolute value. */
    public static float abs(float value) {
        return Math.abs(value);
    }

    /** The absolute value. */
    public static double abs(double value) {
        return Math.abs(value);
    }

    /** The absolute value. */
    public static long abs(long value) {
        return Math.abs(value);
    }

    /** The absolute value. */
    public static int abs(int value) {
        return Math.abs(value);
    }

    /** The value, held between {@code low} and {@code high}. */
    public static float clamp(float value, float low, float high) {
        return Math.min(Math.max(value, low), high);
    }

    /** The value, held between {@code low} and {@code high}. */
    public static double clamp(double value, double low, double high) {
        return Math.min(Math.max(value, low), high);
    }

    /** The value, held between {@code low} and {@code high}. */
    public static long clamp(long value, long low, long high) {
        return Math.min(Math.max(value, low), high);
    }

    /** The value, held between {@code low} and {@code high}. */
    public static int clamp(int value, int low, int high) {
        return Math.min(Math.max(value, low), high);
    }

    /** e to the power of the value. */
    public static float exp(float value) {
        return (float) Math.exp(value);
    }

    /** e to the power of the value. */
    public static double exp(double value) {
        return Math.exp(value);
    }

    /** The square root. */
    public static float sqrt(float value) {
        return (float) Math.sqrt(value);
    }

    /** The square root. */
    public static double sqrt(double value) {
        return Math.sqrt(value);
    }

    /** The largest whole number that is not above the value. */
    public static float floor(float value) {
        return (float) Math.floor(value);
    }

    /** The largest whole number that is not above the value. */
    public static double floor(double value) {
        return Math.floor(value);
    }

    /** The smallest whole number that is not below the value. */
    public static float ceil(float value) {
        return (float) Math.ceil(value);
    }

    /** The smallest whole number that is not below the value. */
    public static double ceil(double value) {
        return Math.ceil(value);
    }

    /** The natural logarithm. */
    public static float log(float value) {
        return (float) Math.log(value);
    }

    /** The natural logarithm. */
    public static double log(double value) {
        return Math.log(value);
    }

    /** The sine of an angle in radians. */
    public static float sin(float value) {
        return (float) Math.sin(value);
    }

    /** The sine of an angle in radians. */
    public static double sin(double value) {
        return Math.sin(value);
    }

    /** The cosine of an angle in radians. */
    public static float cos(float value) {
        return (float) Math.cos(value);
    }

    /** The cosine of an angle in radians. */
    public static double cos(double value) {
        return Math.cos(value);
    }

    /** The tangent of an angle in radians. */
    public static float tan(float value) {
        return (float) Math.tan(value);
    }

    /** The tangent of an angle in radians. */
    public static double tan(double value) {
        return Math.tan(value);
    }

    /** The hyperbolic tangent. */
    public static float tanh(float value) {
        return (float) Math.tanh(value);
    }

    /** The hyperbolic tangent. */
    public static double tanh(double value) {
        return Math.tanh(value);
    }

    /** The logarithm to base 2. */
    public static float log2(float value) {
        return (float) (Math.log(value) / Math.log(2));
    }

    /** The logarithm to base 2. */
    public static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }

    /** {@code base} to the power of {@code exponent}. */
    public static float pow(float base, float exponent) {
        return (float) Math.pow(base, exponent);
    }

    /** {@code base} to the power of {@code exponent}. */
    public static double pow(double base, double exponent) {
        return Math.pow(base, exponent);
    }

    /** The sign: -1, 0 or 1. */
    public static float signum(float value) {
        return Math.signum(value);
    }

    /** The sign: -1, 0 or 1. */
    public static double signum(double value) {
        return Math.signum(value);
    }
}
