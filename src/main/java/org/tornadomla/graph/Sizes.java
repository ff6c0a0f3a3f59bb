package org.tornadomla.graph;

import org.tornadomla.error.ShapeException;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Allocation with the check that a size fits an array's int index. */
public final class Sizes {

    /** Most floats of one array, its header included. */
    public static final long MOST = Integer.MAX_VALUE - 64L;

    private Sizes() {
    }

    public static FloatArray floats(String what, long length) {
        return new FloatArray(checked(what, length));
    }

    public static IntArray ints(String what, long length) {
        return new IntArray(checked(what, length));
    }

    public static VectorFloat16 vectors(String what, long floats) {
        // By its number of floats: the constructor that takes a number counts vectors.
        return new VectorFloat16(new FloatArray(checked(what, floats)));
    }

    /** Refuses what would not fit one array, or the largest buffer of a device. */
    public static void requireFloats(String what, long length, long bufferBytes) {
        if (length > MOST || length * Float.BYTES + TornadoNativeArray.ARRAY_HEADER > bufferBytes) {
            throw new ShapeException(what + " needs " + length + " floats in one buffer, allowed are at most " + MOST
                    + " and on this device " + bufferBytes + " bytes; use a device with larger buffers");
        }
    }

    /** The length as an array takes it, if it fits one. */
    static int checked(String what, long length) {
        if (length > MOST) {
            throw new ShapeException("buffer of " + what + " needs " + length + " numbers, one array holds at most "
                    + MOST + "; use fewer tokens a round or smaller batches");
        }
        return (int) length;
    }
}
