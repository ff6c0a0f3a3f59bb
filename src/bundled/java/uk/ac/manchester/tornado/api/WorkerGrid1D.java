package uk.ac.manchester.tornado.api;

/** A grid of work-items in 1 dimension. */
public class WorkerGrid1D extends AbstractWorkerGrid {

    private static final int DIM = 1;

    /** A grid of the given work-items a dimension, in groups of the device's choice. */
    public WorkerGrid1D(int x) {
        super(x, 1, 1);
    }

    @Override
    public int dimension() {
        return DIM;
    }
}
