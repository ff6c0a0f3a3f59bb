package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/** What a work-item may do beyond plain Java: wait for its group, share local memory, add atomically. */
public interface ExecutionContext {

    /** Waits until every work-item of the group has come here; what they wrote to local arrays is visible then. */
    void localBarrier();

    /** Waits until every work-item of the group has come here; what they wrote to arrays is visible then. */
    void globalBarrier();

    /** An array in local memory, one for the whole group. Its content is undefined. */
    int[] allocateIntLocalArray(int size);

    /** An array in local memory, one for the whole group. Its content is undefined. */
    long[] allocateLongLocalArray(int size);

    /** An array in local memory, one for the whole group. Its content is undefined. */
    float[] allocateFloatLocalArray(int size);

    /** An array in local memory, one for the whole group. Its content is undefined. */
    double[] allocateDoubleLocalArray(int size);

    /** An array in local memory, one for the whole group. Its content is undefined. */
    byte[] allocateByteLocalArray(int size);

    /** Adds {@code value} to element {@code index} as one step. */
    void atomicAdd(IntArray array, int index, int value);

    /** Adds {@code value} to element {@code index} of a local array as one step. */
    void atomicAdd(int[] array, int index, int value);

    /** Adds {@code value} to element {@code index} as one step. */
    void atomicAdd(LongArray array, int index, long value);
}
