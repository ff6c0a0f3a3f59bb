package org.tornadomla.bundled.jvm;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Constants of lowered kernels, and the few operations that the vector class has not. Loaded only where the module
 * {@code jdk.incubator.vector} is. A register has {@link VectorUnit#LANES} lanes, a vector of a kernel one or more.
 */
public final class Vectors {

    private static final int LANES = VectorUnit.LANES;

    /** A register of floats. */
    public static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, shape(Float.SIZE));

    /** The class of a register of floats. */
    public static final Class<?> FLOATS_CLASS = FLOATS.vectorType();

    /** As many shorts. */
    public static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, shape(Short.SIZE));
    /** As many ints. */
    public static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, shape(Integer.SIZE));

    /** The machine's byte order, in which arrays hold their elements. */
    public static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Moves lanes 8 to 15 to the front. */
    public static final VectorShuffle<Float> FROM_8 = shuffle(8);
    /** Moves lanes 4 to 7 to the front. */
    public static final VectorShuffle<Float> FROM_4 = shuffle(4);
    /** Moves lanes 2 and 3 to the front. */
    public static final VectorShuffle<Float> FROM_2 = shuffle(2);

    private Vectors() {
    }

    private static VectorShape shape(int bits) {
        return VectorShape.forBitSize(LANES * bits);
    }

    private static VectorShuffle<Float> shuffle(int origin) {
        return VectorShuffle.iota(FLOATS, origin, 1, true);
    }

    /** The sum and the products of the lanes, added from the first to the last. */
    public static float dot(float sum, FloatVector a, FloatVector b) {
        FloatVector products = a.mul(b);
        float result = sum;
        for (int lane = 0; lane < products.length(); lane++) {
            result += products.lane(lane);
        }
        return result;
    }

    /** A lane of a vector in one register. */
    public static float lane(int index, FloatVector a) {
        return a.lane(index);
    }

    /** A lane of a vector in two registers. */
    public static float lane(int index, FloatVector a, FloatVector b) {
        return index < LANES ? a.lane(index) : b.lane(index - LANES);
    }

    /** A lane of a vector in four registers. */
    public static float lane(int index, FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
        return index < 2 * LANES ? lane(index, a, b) : lane(index - 2 * LANES, c, d);
    }

    /** The lanes in order, one parameter each, as kernels leave them on the stack for the constructor of a vector. */
    public static float[] of(float s0, float s1, float s2, float s3, float s4, float s5, float s6, float s7, float s8,
            float s9, float s10, float s11, float s12, float s13, float s14, float s15) {
        return new float[]{s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15};
    }

    /** The same of ints. */
    public static int[] of(int s0, int s1, int s2, int s3, int s4, int s5, int s6, int s7, int s8, int s9, int s10,
            int s11, int s12, int s13, int s14, int s15) {
        return new int[]{s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15};
    }
}
