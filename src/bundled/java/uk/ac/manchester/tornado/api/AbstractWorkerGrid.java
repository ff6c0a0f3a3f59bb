package uk.ac.manchester.tornado.api;

/** What the worker grids of all dimensions have in common. */
public abstract class AbstractWorkerGrid implements WorkerGrid {

    /** Work-items a dimension. */
    protected long[] globalWork;
    /** Work-items of a group a dimension; null when the device chooses. */
    protected long[] localWork;
    /** First index a dimension. */
    protected long[] globalOffset;

    /** A grid of the given work-items a dimension, in groups of the device's choice. */
    protected AbstractWorkerGrid(long x, long y, long z) {
        globalWork = new long[]{x, y, z};
        globalOffset = new long[]{0, 0, 0};
    }

    @Override
    public long[] getGlobalWork() {
        return globalWork;
    }

    @Override
    public long[] getLocalWork() {
        return localWork;
    }

    @Override
    public long[] getGlobalOffset() {
        return globalOffset;
    }

    @Override
    public void setGlobalWork(long x, long y, long z) {
        globalWork = new long[]{x, y, z};
    }

    @Override
    public void setLocalWork(long x, long y, long z) {
        localWork = new long[]{x, y, z};
    }

    @Override
    public void setGlobalOffset(long x, long y, long z) {
        globalOffset = new long[]{x, y, z};
    }
}
