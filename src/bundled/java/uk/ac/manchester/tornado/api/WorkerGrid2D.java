package uk.ac.manchester.tornado.api;

/** A grid of work-items in 2 dimensions. */
public class WorkerGrid2D extends AbstractWorkerGrid {

    private static final int DIM = 2;

    /** A grid of the given work-items a dimension, in groups of the device's choice. */
    public WorkerGrid2D(int x, int y) {
        super(x, y, 1);
    }

    @Override
    public int dimension() {
        return DIM;
    }
}
