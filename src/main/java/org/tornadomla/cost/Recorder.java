package org.tornadomla.cost;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/**
 * What the instrumented copies of kernels call in the place of their accesses. Public since that copy stands in a
 * loader of its own.
 */
public final class Recorder {

    private static final ThreadLocal<GroupItem> ITEM = new ThreadLocal<>();

    private Recorder() {
    }

    /** Says which work-item this thread runs. */
    static void run(GroupItem item, Runnable body) {
        ITEM.set(item);
        try {
            body.run();
        } finally {
            ITEM.remove();
        }
    }

    /**
     * A field of the context, which itself knows nothing.
     *
     * @param name of the field
     */
    public static Integer place(KernelContext context, String name) {
        return ITEM.get().place(name);
    }

    /** Waits for the others of the group. */
    public static void localBarrier(KernelContext context) {
        ITEM.get().barrier();
    }

    /** Waits for the others of the group. */
    public static void globalBarrier(KernelContext context) {
        ITEM.get().barrier();
    }

    /** An array that the group shares. */
    public static int[] allocateIntLocalArray(KernelContext context, int size) {
        return ITEM.get().ints(size);
    }

    /** An array that the group shares. */
    public static float[] allocateFloatLocalArray(KernelContext context, int size) {
        return ITEM.get().floats(size);
    }

    /** Reads a float of an array. */
    public static float get(FloatArray array, int index, int site) {
        ITEM.get().log().global(array, index, Float.BYTES, site, false);
        return array.get(index);
    }

    /** Writes a float of an array. */
    public static void set(FloatArray array, int index, float value, int site) {
        ITEM.get().log().global(array, index, Float.BYTES, site, true);
        array.set(index, value);
    }

    /** Reads an int of an array. */
    public static int get(IntArray array, int index, int site) {
        ITEM.get().log().global(array, index, Integer.BYTES, site, false);
        return array.get(index);
    }

    /** Writes an int of an array. */
    public static void set(IntArray array, int index, int value, int site) {
        ITEM.get().log().global(array, index, Integer.BYTES, site, true);
        array.set(index, value);
    }

    /** Reads a byte of an array. */
    public static byte get(ByteArray array, int index, int site) {
        ITEM.get().log().global(array, index, Byte.BYTES, site, false);
        return array.get(index);
    }

    /** Reads a half of an array. */
    public static HalfFloat get(HalfFloatArray array, int index, int site) {
        ITEM.get().log().global(array, index, Short.BYTES, site, false);
        return array.get(index);
    }

    /** Reads a float of a local array. */
    public static float load(float[] array, int index, int site) {
        ITEM.get().log().local(array, index, site, false);
        return array[index];
    }

    /** Writes a float of a local array. */
    public static void store(float[] array, int index, float value, int site) {
        ITEM.get().log().local(array, index, site, true);
        array[index] = value;
    }

    /** Reads an int of a local array. */
    public static int load(int[] array, int index, int site) {
        ITEM.get().log().local(array, index, site, false);
        return array[index];
    }

    /** Writes an int of a local array. */
    public static void store(int[] array, int index, int value, int site) {
        ITEM.get().log().local(array, index, site, true);
        array[index] = value;
    }

    /** An addition, multiplication or division of floats. */
    public static void operation() {
        ITEM.get().log().operation();
    }
}
