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

    /** The larger of two values. */
    public static float max(float a, float b) {
        return Math.max(a, b);
    }

    /** The absolute value. */
    public static float abs(float value) {
        return Math.abs(value);
    }

    /** The value, held between {@code low} and {@code high}. */
    public static float clamp(float value, float low, float high) {
        return Math.min(Math.max(value, low), high);
    }

    /** e to the power of the value. */
    public static float exp(float value) {
        return (float) Math.exp(value);
    }

    /** The natural logarithm. */
    public static float log(float value) {
        return (float) Math.log(value);
    }

    /** The square root. */
    public static float sqrt(float value) {
        return (float) Math.sqrt(value);
    }

    /** The largest whole number that is not above the value. */
    public static float floor(float value) {
        return (float) Math.floor(value);
    }

    /** The smallest whole number that is not below the value. */
    public static float ceil(float value) {
        return (float) Math.ceil(value);
    }

    /** The sine of an angle in radians. */
    public static float sin(float value) {
        return (float) Math.sin(value);
    }
}
