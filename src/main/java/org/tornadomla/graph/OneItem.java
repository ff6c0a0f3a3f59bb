package org.tornadomla.graph;

import uk.ac.manchester.tornado.api.KernelContext;

/**
 * The context of a group of one work-item, the only one of its grid: with it a kernel of work-groups runs as plain Java
 * on the host's arrays, since such kernels are right for groups of any number and size.
 */
final class OneItem extends KernelContext {

    OneItem() {
        globalIdx = 0;
        groupIdx = 0;
        localIdx = 0;
        globalGroupSizeX = 1;
        localGroupSizeX = 1;
    }

    /** The first argument of a kernel as the host's own run takes it. */
    @SuppressWarnings("unchecked") // A context in the place of a context.
    static <T> T host(T argument) {
        return argument instanceof KernelContext ? (T) new OneItem() : argument;
    }

    /** Nobody else is there to wait for. */
    @Override
    public void localBarrier() {
    }

    @Override
    public void globalBarrier() {
    }

    @Override
    public int[] allocateIntLocalArray(int size) {
        return new int[size];
    }

    @Override
    public float[] allocateFloatLocalArray(int size) {
        return new float[size];
    }
}
