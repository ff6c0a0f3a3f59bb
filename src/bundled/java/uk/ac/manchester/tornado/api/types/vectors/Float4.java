package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** A vector of 4 floats, held in one register of a device. */
public final class Float4 implements TornadoVectorsInterface<FloatBuffer> {

    private static final int LANES = 4;

    private final float[] lanes = new float[LANES];

    /** Zeros. */
    public Float4() {
    }

    /** The lanes in order. */
    public Float4(float s0, float s1, float s2, float s3) {
        loadLanes(s0, s1, s2, s3);
    }

    private void loadLanes(float... values) {
        System.arraycopy(values, 0, lanes, 0, LANES);
    }

    /** The sum, lane by lane. */
    public static Float4 add(Float4 a, Float4 b) {
        Float4 result = new Float4();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] + b.lanes[lane];
        }
        return result;
    }

    /** Every lane plus {@code value}. */
    public static Float4 add(Float4 a, float value) {
        Float4 result = new Float4();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] + value;
        }
        return result;
    }

    /** The difference, lane by lane. */
    public static Float4 sub(Float4 a, Float4 b) {
        Float4 result = new Float4();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] - b.lanes[lane];
        }
        return result;
    }

    /** Every lane minus {@code value}. */
    public static Float4 sub(Float4 a, float value) {
        Float4 result = new Float4();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] - value;
        }
        return result;
    }

    /** The product, lane by lane. */
    public static Float4 mult(Float4 a, Float4 b) {
        Float4 result = new Float4();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] * b.lanes[lane];
        }
        return result;
    }

    /** Every lane times {@code value}. */
    public static Float4 mult(Float4 a, float value) {
        Float4 result = new Float4();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] * value;
        }
        return result;
    }

    /** The quotient, lane by lane. */
    public static Float4 div(Float4 a, Float4 b) {
        Float4 result = new Float4();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] / b.lanes[lane];
        }
        return result;
    }

    /** Every lane over {@code value}. */
    public static Float4 div(Float4 a, float value) {
        Float4 result = new Float4();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] / value;
        }
        return result;
    }

    /** The smaller, lane by lane. */
    public static Float4 min(Float4 a, Float4 b) {
        Float4 result = new Float4();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = Math.min(a.lanes[lane], b.lanes[lane]);
        }
        return result;
    }

    /** The larger, lane by lane. */
    public static Float4 max(Float4 a, Float4 b) {
        Float4 result = new Float4();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = Math.max(a.lanes[lane], b.lanes[lane]);
        }
        return result;
    }

    /** The smallest lane. */
    public static float min(Float4 value) {
        float result = value.lanes[0];
        for (int lane = 1; lane < LANES; lane++) {
            result = Math.min(result, value.lanes[lane]);
        }
        return result;
    }

    /** The largest lane. */
    public static float max(Float4 value) {
        float result = value.lanes[0];
        for (int lane = 1; lane < LANES; lane++) {
            result = Math.max(result, value.lanes[lane]);
        }
        return result;
    }

    /** The sum of the lanes, from the first to the last. */
    public static float sum(Float4 value) {
        float result = value.lanes[0];
        for (int lane = 1; lane < LANES; lane++) {
            result += value.lanes[lane];
        }
        return result;
    }

    /** The sum of the products of the lanes, from the first to the last. */
    public static float dot(Float4 a, Float4 b) {
        float result = a.lanes[0] * b.lanes[0];
        for (int lane = 1; lane < LANES; lane++) {
            result += a.lanes[lane] * b.lanes[lane];
        }
        return result;
    }

    /** The square root of every lane. */
    public static Float4 sqrt(Float4 value) {
        Float4 result = new Float4();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = (float) Math.sqrt(value.lanes[lane]);
        }
        return result;
    }

    /** A copy. */
    public Float4 duplicate() {
        Float4 result = new Float4();
        result.set(this);
        return result;
    }

    /** Lane 0. */
    public float getX() {
        return lanes[0];
    }

    /** Sets lane 0. */
    public void setX(float value) {
        lanes[0] = value;
    }

    /** Lane 1. */
    public float getY() {
        return lanes[1];
    }

    /** Sets lane 1. */
    public void setY(float value) {
        lanes[1] = value;
    }

    /** Lane 2. */
    public float getZ() {
        return lanes[2];
    }

    /** Sets lane 2. */
    public void setZ(float value) {
        lanes[2] = value;
    }

    /** Lane 3. */
    public float getW() {
        return lanes[3];
    }

    /** Sets lane 3. */
    public void setW(float value) {
        lanes[3] = value;
    }

    /** Lane {@code index}. */
    public float get(int index) {
        return lanes[index];
    }

    /** Sets lane {@code index}. */
    public void set(int index, float value) {
        lanes[index] = value;
    }

    /** Takes over all lanes of {@code value}. */
    public void set(Float4 value) {
        System.arraycopy(value.lanes, 0, lanes, 0, LANES);
    }

    /** Number of lanes. */
    public int size() {
        return LANES;
    }

    /** The lanes themselves. */
    public float[] getArray() {
        return lanes;
    }

    /** A copy of the lanes. */
    public float[] toArray() {
        return lanes.clone();
    }

    @Override
    public long getNumBytes() {
        return (long) LANES * Float.BYTES;
    }

    @Override
    public String toString() {
        return Arrays.toString(lanes);
    }
}
