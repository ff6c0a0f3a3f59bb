package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** A vector of 16 floats, held in one register of a device. */
public final class Float16 implements TornadoVectorsInterface<FloatBuffer> {

    private static final int LANES = 16;

    private final float[] lanes = new float[LANES];

    /** Zeros. */
    public Float16() {
    }

    /** The lanes in order. */
    public Float16(float s0, float s1, float s2, float s3, float s4, float s5, float s6, float s7, float s8, float s9,
            float s10, float s11, float s12, float s13, float s14, float s15) {
        loadLanes(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15);
    }

    private void loadLanes(float... values) {
        System.arraycopy(values, 0, lanes, 0, LANES);
    }

    /** The sum, lane by lane. */
    public static Float16 add(Float16 a, Float16 b) {
        Float16 result = new Float16();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] + b.lanes[lane];
        }
        return result;
    }

    /** Every lane plus {@code value}. */
    public static Float16 add(Float16 a, float value) {
        Float16 result = new Float16();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] + value;
        }
        return result;
    }

    /** The difference, lane by lane. */
    public static Float16 sub(Float16 a, Float16 b) {
        Float16 result = new Float16();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] - b.lanes[lane];
        }
        return result;
    }

    /** Every lane minus {@code value}. */
    public static Float16 sub(Float16 a, float value) {
        Float16 result = new Float16();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] - value;
        }
        return result;
    }

    /** The product, lane by lane. */
    public static Float16 mult(Float16 a, Float16 b) {
        Float16 result = new Float16();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] * b.lanes[lane];
        }
        return result;
    }

    /** Every lane times {@code value}. */
    public static Float16 mult(Float16 a, float value) {
        Float16 result = new Float16();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] * value;
        }
        return result;
    }

    /** The quotient, lane by lane. */
    public static Float16 div(Float16 a, Float16 b) {
        Float16 result = new Float16();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] / b.lanes[lane];
        }
        return result;
    }

    /** Every lane over {@code value}. */
    public static Float16 div(Float16 a, float value) {
        Float16 result = new Float16();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = a.lanes[lane] / value;
        }
        return result;
    }

    /** The smaller, lane by lane. */
    public static Float16 min(Float16 a, Float16 b) {
        Float16 result = new Float16();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = Math.min(a.lanes[lane], b.lanes[lane]);
        }
        return result;
    }

    /** The larger, lane by lane. */
    public static Float16 max(Float16 a, Float16 b) {
        Float16 result = new Float16();
        for (int lane = 0; lane < LANES; lane++) {
            result.lanes[lane] = Math.max(a.lanes[lane], b.lanes[lane]);
        }
        return result;
    }

    /** The sum of the products of the lanes, from the first to the last. */
    public static float dot(Float16 a, Float16 b) {
        float result = a.lanes[0] * b.lanes[0];
        for (int lane = 1; lane < LANES; lane++) {
            result += a.lanes[lane] * b.lanes[lane];
        }
        return result;
    }

    /** Lane 0. */
    public float getS0() {
        return lanes[0];
    }

    /** Lane 1. */
    public float getS1() {
        return lanes[1];
    }

    /** Lane 2. */
    public float getS2() {
        return lanes[2];
    }

    /** Lane 3. */
    public float getS3() {
        return lanes[3];
    }

    /** Lane 4. */
    public float getS4() {
        return lanes[4];
    }

    /** Lane 5. */
    public float getS5() {
        return lanes[5];
    }

    /** Lane 6. */
    public float getS6() {
        return lanes[6];
    }

    /** Lane 7. */
    public float getS7() {
        return lanes[7];
    }

    /** Lane 8. */
    public float getS8() {
        return lanes[8];
    }

    /** Lane 9. */
    public float getS9() {
        return lanes[9];
    }

    /** Lane 10. */
    public float getS10() {
        return lanes[10];
    }

    /** Lane 11. */
    public float getS11() {
        return lanes[11];
    }

    /** Lane 12. */
    public float getS12() {
        return lanes[12];
    }

    /** Lane 13. */
    public float getS13() {
        return lanes[13];
    }

    /** Lane 14. */
    public float getS14() {
        return lanes[14];
    }

    /** Lane 15. */
    public float getS15() {
        return lanes[15];
    }

    /** Lane {@code index}. */
    public float get(int index) {
        return lanes[index];
    }

    /** Sets lane {@code index}. */
    public void set(int index, float value) {
        lanes[index] = value;
    }

    /** Number of lanes. */
    public int size() {
        return LANES;
    }

    @Override
    public String toString() {
        return Arrays.toString(lanes);
    }
}
