package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/**
 * The place of a work-item in its grid. A task takes it as an argument; the one that a program makes stands for those
 * that a device hands to the work-items, and only those can be asked.
 */
public class KernelContext implements ExecutionContext {

    /** This work-item's index in the grid, dimension x. */
    public Integer globalIdx;
    /** This work-item's index in the grid, dimension y. */
    public Integer globalIdy;
    /** This work-item's index in the grid, dimension z. */
    public Integer globalIdz;
    /** This group's index in the grid, dimension x. */
    public Integer groupIdx;
    /** This group's index in the grid, dimension y. */
    public Integer groupIdy;
    /** This group's index in the grid, dimension z. */
    public Integer groupIdz;
    /** This work-item's index in its group, dimension x. */
    public Integer localIdx;
    /** This work-item's index in its group, dimension y. */
    public Integer localIdy;
    /** This work-item's index in its group, dimension z. */
    public Integer localIdz;
    /** Work-items of the grid, dimension x. */
    public Integer globalGroupSizeX;
    /** Work-items of the grid, dimension y. */
    public Integer globalGroupSizeY;
    /** Work-items of the grid, dimension z. */
    public Integer globalGroupSizeZ;
    /** Work-items of a group, dimension x. */
    public Integer localGroupSizeX;
    /** Work-items of a group, dimension y. */
    public Integer localGroupSizeY;
    /** Work-items of a group, dimension z. */
    public Integer localGroupSizeZ;

    /** A context to hand to tasks. */
    public KernelContext() {
    }

    @Override
    public void localBarrier() {
        throw outside();
    }

    @Override
    public void globalBarrier() {
        throw outside();
    }

    @Override
    public int[] allocateIntLocalArray(int size) {
        throw outside();
    }

    @Override
    public long[] allocateLongLocalArray(int size) {
        throw outside();
    }

    @Override
    public float[] allocateFloatLocalArray(int size) {
        throw outside();
    }

    @Override
    public double[] allocateDoubleLocalArray(int size) {
        throw outside();
    }

    @Override
    public byte[] allocateByteLocalArray(int size) {
        throw outside();
    }

    @Override
    public void atomicAdd(IntArray array, int index, int value) {
        throw outside();
    }

    @Override
    public void atomicAdd(int[] array, int index, int value) {
        throw outside();
    }

    @Override
    public void atomicAdd(LongArray array, int index, long value) {
        throw outside();
    }

    private static IllegalStateException outside() {
        return new IllegalStateException("this KernelContext belongs to no work-item: pass it as a task's argument and"
                + " give the task a worker grid, or run the kernel with a context of a work-item");
    }
}
