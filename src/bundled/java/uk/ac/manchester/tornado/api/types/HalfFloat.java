package uk.ac.manchester.tornado.api.types;

/** A 16-bit float (IEEE 754 binary16). */
public class HalfFloat {

    private final short encoding;

    /** The half nearest to {@code value}. */
    public HalfFloat(float value) {
        this.encoding = Float.floatToFloat16(value);
    }

    /** The half with the bits {@code encoding}. */
    public HalfFloat(short encoding) {
        this.encoding = encoding;
    }

    /** The sum, rounded to a half. */
    public static HalfFloat add(HalfFloat a, HalfFloat b) {
        return new HalfFloat(a.getFloat32() + b.getFloat32());
    }

    /** The product, rounded to a half. */
    public static HalfFloat mult(HalfFloat a, HalfFloat b) {
        return new HalfFloat(a.getFloat32() * b.getFloat32());
    }

    /** The sixteen bits. */
    public short getHalfFloatValue() {
        return encoding;
    }

    /** The value as a 32-bit float; exact. */
    public float getFloat32() {
        return Float.float16ToFloat(encoding);
    }

    @Override
    public String toString() {
        return "HalfFloat: " + getFloat32();
    }
}
