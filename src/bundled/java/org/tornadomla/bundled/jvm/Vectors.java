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

    /** Sixteen floats. */
    public static final VectorSpecies<Float> LANES_16 = FloatVector.SPECIES_512;

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

    /** Sum of the products of the lanes, from the first to the last. */
    public static float dot(FloatVector a, FloatVector b) {
        FloatVector products = a.mul(b);
        float sum = products.lane(0);
        for (int lane = 1; lane < products.length(); lane++) {
            sum += products.lane(lane);
        }
        return sum;
    }

    /** The lanes in order, one parameter each, as kernels leave them on the stack for the constructor of a vector. */
    public static FloatVector of(float s0, float s1, float s2, float s3, float s4, float s5, float s6, float s7,
            float s8, float s9, float s10, float s11, float s12, float s13, float s14, float s15) {
        return FloatVector.fromArray(LANES_16,
                new float[]{s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15}, 0);
    }
}
