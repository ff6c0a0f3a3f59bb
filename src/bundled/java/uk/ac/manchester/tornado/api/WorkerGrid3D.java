package uk.ac.manchester.tornado.api;

/** A grid of work-items in 3 dimensions. */
public class WorkerGrid3D extends AbstractWorkerGrid {

    private static final int DIM = 3;

    /** A grid of the given work-items a dimension, in groups of the device's choice. */
    public WorkerGrid3D(int x, int y, int z) {
        super(x, y, z);
    }

    @Override
    public int dimension() {
        return DIM;
    }
}
