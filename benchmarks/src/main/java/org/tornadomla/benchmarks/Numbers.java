package org.tornadomla.benchmarks;

import java.util.SplittableRandom;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Random inputs and the arrays of kernels. */
final class Numbers {

    private Numbers() {
    }

    /** Numbers from -1 to 1, the same for the same seed. */
    static float[] uniform(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (2 * random.nextDouble() - 1);
        }
        return values;
    }

    static double[] doubles(float[] values) {
        double[] copy = new double[values.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = values[i];
        }
        return copy;
    }

    static VectorFloat16 vectors(float[] values) {
        return new VectorFloat16(FloatArray.fromArray(values));
    }

    /** The first floats of an array. */
    static float[] floats(FloatArray array, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = array.get(i);
        }
        return values;
    }
}
