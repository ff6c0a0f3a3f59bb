package uk.ac.manchester.tornado.api;

/** A grid of work-items in 1 dimension. */
public class WorkerGrid1D extends AbstractWorkerGrid {

    /** A grid of the given work-items a dimension, in groups of the device's choice. */
    public WorkerGrid1D(int x) {
        super(x, 1, 1);
    }
}
