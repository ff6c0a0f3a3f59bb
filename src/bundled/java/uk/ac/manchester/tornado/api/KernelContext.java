package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The place of a work-item in its grid. A task takes it as an argument; the one that a program makes stands for those
 * that a device hands to the work-items, and only those can be asked.
 */
public class KernelContext {

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

    /** Waits for all work-items of the group; what each wrote to local memory is then seen by all. */
    public void localBarrier() {
        throw outside();
    }

    /** Waits for all work-items of the group; what each wrote to arrays is then seen by all. */
    public void globalBarrier() {
        throw outside();
    }

    /** An array that the work-items of a group share; its size is a constant. */
    public int[] allocateIntLocalArray(int size) {
        throw outside();
    }

    /** An array that the work-items of a group share; its size is a constant. */
    public float[] allocateFloatLocalArray(int size) {
        throw outside();
    }

    /** Adds {@code value} to an element as one step, whoever else does. */
    public void atomicAdd(IntArray array, int index, int value) {
        throw outside();
    }

    /** Adds {@code value} to an element of a local array as one step, whoever else does. */
    public void atomicAdd(int[] array, int index, int value) {
        throw outside();
    }

    private static IllegalStateException outside() {
        return new IllegalStateException("this KernelContext belongs to no work-item: pass it as a task's argument and"
                + " give the task a worker grid, or run the kernel with a context of a work-item");
    }
}
