package uk.ac.manchester.tornado.api;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The worker grids of a plan's tasks, by {@code graph.task}. */
public class GridScheduler {

    private final Map<String, WorkerGrid> grids = new ConcurrentHashMap<>();

    /** No grids. */
    public GridScheduler() {
    }

    /** One grid for the task {@code taskName}, which reads {@code graph.task}. */
    public GridScheduler(String taskName, WorkerGrid workerGrid) {
        grids.put(taskName, workerGrid);
    }

    /** Sets the grid of the task {@code taskName}, which reads {@code graph.task}. */
    public void addWorkerGrid(String taskName, WorkerGrid workerGrid) {
        grids.put(taskName, workerGrid);
    }

    /** The grid of the task {@code taskName}, or null. */
    public WorkerGrid get(String taskName) {
        return grids.get(taskName);
    }

    /** The names of the tasks that have a grid. */
    public Set<String> keySet() {
        return grids.keySet();
    }

    @Override
    public String toString() {
        return "GridScheduler" + grids.keySet();
    }
}
