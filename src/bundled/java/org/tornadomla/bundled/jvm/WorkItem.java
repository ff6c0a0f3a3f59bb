package org.tornadomla.bundled.jvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The context that one work-item sees. */
public final class WorkItem extends KernelContext {

    /** One lock for all atomic additions: they are rare, and two arguments may be one array. */
    private static final Object ATOMIC = new Object();

    private static final int ABSURD = 0x7F7F7F7F;

    /** Index in the grid, a plain number for lowered kernels, dimension x. */
    public final int globalX;
    /** Index in the grid, a plain number for lowered kernels, dimension y. */
    public final int globalY;
    /** Index in the grid, a plain number for lowered kernels, dimension z. */
    public final int globalZ;
    /** The group's index in the grid, dimension x. */
    public final int groupX;
    /** The group's index in the grid, dimension y. */
    public final int groupY;
    /** The group's index in the grid, dimension z. */
    public final int groupZ;
    /** Index in the group, dimension x. */
    public final int localX;
    /** Index in the group, dimension y. */
    public final int localY;
    /** Index in the group, dimension z. */
    public final int localZ;
    /** Work-items of the grid, dimension x. */
    public final int globalSizeX;
    /** Work-items of the grid, dimension y. */
    public final int globalSizeY;
    /** Work-items of the grid, dimension z. */
    public final int globalSizeZ;
    /** Work-items of a group, dimension x. */
    public final int localSizeX;
    /** Work-items of a group, dimension y. */
    public final int localSizeY;
    /** Work-items of a group, dimension z. */
    public final int localSizeZ;

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
        globalSizeX = global[0];
        globalSizeY = global[1];
        globalSizeZ = global[2];
        localSizeX = local[0];
        localSizeY = local[1];
        localSizeZ = local[2];
        groupX = groups[0];
        groupY = groups[1];
        groupZ = groups[2];
        localX = index[0];
        localY = index[1];
        localZ = index[2];
        globalX = groupX * localSizeX + localX;
        globalY = groupY * localSizeY + localY;
        globalZ = groupZ * localSizeZ + localZ;
    }

    /** Sets the inherited indices, for kernels that were not lowered. */
    void box() {
        globalIdx = globalX;
        globalIdy = globalY;
        globalIdz = globalZ;
        groupIdx = groupX;
        groupIdy = groupY;
        groupIdz = groupZ;
        localIdx = localX;
        localIdy = localY;
        localIdz = localZ;
        globalGroupSizeX = globalSizeX;
        globalGroupSizeY = globalSizeY;
        globalGroupSizeZ = globalSizeZ;
        localGroupSizeX = localSizeX;
        localGroupSizeY = localSizeY;
        localGroupSizeZ = localSizeZ;
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
    public float[] allocateFloatLocalArray(int size) {
        return (float[]) group.localArray(allocated++, Math.multiplyExact(size, Float.BYTES), () -> {
            float[] array = new float[size];
            Arrays.fill(array, Float.NaN);
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

    /** Adds {@code value} to element {@code index} of an array of ints as one step. */
    public void atomicAdd(MemorySegment memory, int index, int value) {
        synchronized (ATOMIC) {
            long offset = (long) index * Integer.BYTES;
            memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset,
                    memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset) + value);
        }
    }
}
