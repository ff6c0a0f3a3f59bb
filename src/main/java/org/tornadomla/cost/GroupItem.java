package org.tornadomla.cost;

import uk.ac.manchester.tornado.api.KernelContext;

/** The context that one work-item of a traced group sees. */
final class GroupItem extends KernelContext {

    private final TracedGroup group;
    private final AccessLog log = new AccessLog();
    private int allocated;

    GroupItem(TracedGroup group, int number, int item, int items, int groups) {
        this.group = group;
        globalIdx = number * items + item;
        globalIdy = 0;
        globalIdz = 0;
        groupIdx = number;
        groupIdy = 0;
        groupIdz = 0;
        localIdx = item;
        localIdy = 0;
        localIdz = 0;
        globalGroupSizeX = groups * items;
        globalGroupSizeY = 1;
        globalGroupSizeZ = 1;
        localGroupSizeX = items;
        localGroupSizeY = 1;
        localGroupSizeZ = 1;
    }

    AccessLog log() {
        return log;
    }

    @Override
    public void localBarrier() {
        group.turnOver(this);
    }

    @Override
    public void globalBarrier() {
        group.turnOver(this);
    }

    @Override
    public int[] allocateIntLocalArray(int size) {
        return (int[]) group.localArray(allocated++, () -> new int[size]);
    }

    @Override
    public float[] allocateFloatLocalArray(int size) {
        return (float[]) group.localArray(allocated++, () -> new float[size]);
    }
}
