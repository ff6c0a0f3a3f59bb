package uk.ac.manchester.tornado.api;

/** Work-items of a task: how many in all, and how many form a group, in up to three dimensions. */
public interface WorkerGrid {

    /** Work-items a dimension; length 3. */
    long[] getGlobalWork();

    /** Work-items of a group a dimension, or null when the device chooses. */
    long[] getLocalWork();

    /** First index a dimension. */
    long[] getGlobalOffset();

    /** Sets the work-items a dimension. */
    void setGlobalWork(long x, long y, long z);

    /** Sets the work-items of a group a dimension. */
    void setLocalWork(long x, long y, long z);

    /** Sets the first index a dimension. */
    void setGlobalOffset(long x, long y, long z);
}
