package org.tornadomla.bundled.jvm;

import java.util.Arrays;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/** The context that one work-item sees. */
public final class WorkItem extends KernelContext {

    /** One lock for all atomic additions: they are rare, and two arguments may be one array. */
    private static final Object ATOMIC = new Object();

    private static final int ABSURD = 0x7F7F7F7F;

    private final WorkGroup group;
    private int allocated;

    /**
     * A work-item.
     *
     * @param group  its group
     * @param global work-items of the grid a dimension
     * @param local  work-items of a group a dimension
     * @param groups the group's index a dimension
     * @param index  this item's index in the group a dimension
     */
    WorkItem(WorkGroup group, int[] global, int[] local, int[] groups, int[] index) {
        this.group = group;
        globalGroupSizeX = global[0];
        globalGroupSizeY = global[1];
        globalGroupSizeZ = global[2];
        localGroupSizeX = local[0];
        localGroupSizeY = local[1];
        localGroupSizeZ = local[2];
        groupIdx = groups[0];
        groupIdy = groups[1];
        groupIdz = groups[2];
        localIdx = index[0];
        localIdy = index[1];
        localIdz = index[2];
        globalIdx = groups[0] * local[0] + index[0];
        globalIdy = groups[1] * local[1] + index[1];
        globalIdz = groups[2] * local[2] + index[2];
    }

    /** This work-item has ended; {@code failed} tells whether by an exception. */
    void end(boolean failed) {
        group.end(failed);
    }

    @Override
    public void localBarrier() {
        group.await();
    }

    @Override
    public void globalBarrier() {
        group.await();
    }

    @Override
    public int[] allocateIntLocalArray(int size) {
        return (int[]) group.localArray(allocated++, Math.multiplyExact(size, Integer.BYTES), () -> {
            int[] array = new int[size];
            Arrays.fill(array, ABSURD);
            return array;
        });
    }

    @Override
    public long[] allocateLongLocalArray(int size) {
        return (long[]) group.localArray(allocated++, Math.multiplyExact(size, Long.BYTES), () -> {
            long[] array = new long[size];
            Arrays.fill(array, ABSURD);
            return array;
        });
    }

    @Override
    public float[] allocateFloatLocalArray(int size) {
        return (float[]) group.localArray(allocated++, Math.multiplyExact(size, Float.BYTES), () -> {
            float[] array = new float[size];
            Arrays.fill(array, Float.NaN);
            return array;
        });
    }

    @Override
    public double[] allocateDoubleLocalArray(int size) {
        return (double[]) group.localArray(allocated++, Math.multiplyExact(size, Double.BYTES), () -> {
            double[] array = new double[size];
            Arrays.fill(array, Double.NaN);
            return array;
        });
    }

    @Override
    public byte[] allocateByteLocalArray(int size) {
        return (byte[]) group.localArray(allocated++, size, () -> {
            byte[] array = new byte[size];
            Arrays.fill(array, (byte) ABSURD);
            return array;
        });
    }

    @Override
    public void atomicAdd(IntArray array, int index, int value) {
        synchronized (ATOMIC) {
            array.set(index, array.get(index) + value);
        }
    }

    @Override
    public void atomicAdd(int[] array, int index, int value) {
        synchronized (ATOMIC) {
            array[index] += value;
        }
    }

    @Override
    public void atomicAdd(LongArray array, int index, long value) {
        synchronized (ATOMIC) {
            array.set(index, array.get(index) + value);
        }
    }
}
