package org.tornadomla.cost;

/**
 * One work-item of a traced group. It is no {@code KernelContext}: where a class in the process extends that one and
 * overrides its methods, TornadoVM compiles calls of them as Java, and local arrays become private ones.
 */
final class GroupItem {

    private final TracedGroup group;
    private final AccessLog log = new AccessLog();
    private final int number;
    private final int item;
    private final int items;
    private final int groups;
    private int allocated;

    /**
     * @param number which of the groups it is in
     * @param item   which of the group's work-items it is
     * @param items  work-items of a group
     * @param groups of the grid
     */
    GroupItem(TracedGroup group, int number, int item, int items, int groups) {
        this.group = group;
        this.number = number;
        this.item = item;
        this.items = items;
        this.groups = groups;
    }

    AccessLog log() {
        return log;
    }

    /** Which of the group's work-items it is. */
    int localIndex() {
        return item;
    }

    /** Which of all work-items it is. */
    int globalIndex() {
        return number * items + item;
    }

    /**
     * A field of a kernel's context.
     *
     * @param field its name there; grids have one dimension
     */
    int place(String field) {
        return switch (field) {
            case "globalIdx" -> globalIndex();
            case "groupIdx" -> number;
            case "localIdx" -> item;
            case "globalGroupSizeX" -> groups * items;
            case "localGroupSizeX" -> items;
            default -> throw new IllegalStateException("a traced work-item has no " + field);
        };
    }

    /** Waits for the others of the group. */
    void barrier() {
        group.turnOver(this);
    }

    int[] ints(int size) {
        return (int[]) group.localArray(allocated++, () -> new int[size]);
    }

    float[] floats(int size) {
        return (float[]) group.localArray(allocated++, () -> new float[size]);
    }
}
