package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.IntBuffer;

/** A vector of 16 ints, held in one register of a device. */
public final class Int16 implements TornadoVectorsInterface<IntBuffer> {

    private static final int LANES = 16;

    private final int[] lanes = new int[LANES];

    /** Zeros. */
    public Int16() {
    }

    /** The lanes in order. */
    public Int16(int s0, int s1, int s2, int s3, int s4, int s5, int s6, int s7, int s8, int s9, int s10, int s11,
            int s12, int s13, int s14, int s15) {
        loadLanes(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15);
    }

    private void loadLanes(int... values) {
        System.arraycopy(values, 0, lanes, 0, LANES);
    }

    /** A lane. */
    public int get(int index) {
        return lanes[index];
    }

    /** Sets a lane. */
    public void set(int index, int value) {
        lanes[index] = value;
    }

    /** Lane 0. */
    public int getS0() {
        return lanes[0];
    }

    /** Lane 1. */
    public int getS1() {
        return lanes[1];
    }

    /** Lane 2. */
    public int getS2() {
        return lanes[2];
    }

    /** Lane 3. */
    public int getS3() {
        return lanes[3];
    }

    /** Lane 4. */
    public int getS4() {
        return lanes[4];
    }

    /** Lane 5. */
    public int getS5() {
        return lanes[5];
    }

    /** Lane 6. */
    public int getS6() {
        return lanes[6];
    }

    /** Lane 7. */
    public int getS7() {
        return lanes[7];
    }

    /** Lane 8. */
    public int getS8() {
        return lanes[8];
    }

    /** Lane 9. */
    public int getS9() {
        return lanes[9];
    }

    /** Lane 10. */
    public int getS10() {
        return lanes[10];
    }

    /** Lane 11. */
    public int getS11() {
        return lanes[11];
    }

    /** Lane 12. */
    public int getS12() {
        return lanes[12];
    }

    /** Lane 13. */
    public int getS13() {
        return lanes[13];
    }

    /** Lane 14. */
    public int getS14() {
        return lanes[14];
    }

    /** Lane 15. */
    public int getS15() {
        return lanes[15];
    }
}
