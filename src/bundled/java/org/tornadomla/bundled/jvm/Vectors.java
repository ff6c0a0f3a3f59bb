package org.tornadomla.bundled.jvm;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Constants of lowered kernels, and the few operations that the vector class has not. Loaded only where the module
 * {@code jdk.incubator.vector} is.
 */
public final class Vectors {

    /** Four floats. */
    public static final VectorSpecies<Float> LANES_4 = FloatVector.SPECIES_128;
    /** Eight floats. */
    public static final VectorSpecies<Float> LANES_8 = FloatVector.SPECIES_256;
    /** Sixteen floats. */
    public static final VectorSpecies<Float> LANES_16 = FloatVector.SPECIES_512;

    /** The class of four floats. */
    public static final Class<?> CLASS_OF_4 = LANES_4.vectorType();
    /** The class of eight floats. */
    public static final Class<?> CLASS_OF_8 = LANES_8.vectorType();
    /** The class of sixteen floats. */
    public static final Class<?> CLASS_OF_16 = LANES_16.vectorType();

    /** Sixteen shorts. */
    public static final VectorSpecies<Short> SHORTS_16 = ShortVector.SPECIES_256;
    /** Sixteen ints. */
    public static final VectorSpecies<Integer> INTS_16 = IntVector.SPECIES_512;

    /** The machine's byte order, in which arrays hold their elements. */
    public static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Moves lanes 8 to 15 to the front. */
    public static final VectorShuffle<Float> HALF_OF_16 = VectorShuffle.iota(LANES_16, 8, 1, true);
    /** Moves lanes 4 to 7 to the front. */
    public static final VectorShuffle<Float> QUARTER_OF_16 = VectorShuffle.iota(LANES_16, 4, 1, true);
    /** Moves lanes 2 and 3 to the front. */
    public static final VectorShuffle<Float> EIGHTH_OF_16 = VectorShuffle.iota(LANES_16, 2, 1, true);

    private Vectors() {
    }

    /** Sum of the lanes from the first to the last. */
    public static float sumInOrder(FloatVector value) {
        float sum = value.lane(0);
        for (int lane = 1; lane < value.length(); lane++) {
            sum += value.lane(lane);
        }
        return sum;
    }

    /** Sum of the products of the lanes, from the first to the last. */
    public static float dot(FloatVector a, FloatVector b) {
        return sumInOrder(a.mul(b));
    }

    /** The lanes in order. */
    public static FloatVector of(float s0, float s1, float s2, float s3) {
        return FloatVector.fromArray(LANES_4, new float[]{s0, s1, s2, s3}, 0);
    }

    /** The lanes in order. */
    public static FloatVector of(float s0, float s1, float s2, float s3, float s4, float s5, float s6, float s7) {
        return FloatVector.fromArray(LANES_8, new float[]{s0, s1, s2, s3, s4, s5, s6, s7}, 0);
    }

    /** The lanes in order. */
    public static FloatVector of(float s0, float s1, float s2, float s3, float s4, float s5, float s6, float s7,
            float s8, float s9, float s10, float s11, float s12, float s13, float s14, float s15) {
        return FloatVector.fromArray(LANES_16,
                new float[]{s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15}, 0);
    }
}
