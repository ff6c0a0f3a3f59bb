package org.tornadomla.bundled.runtime;

import java.util.Set;
import java.util.TreeSet;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.NdRange;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** Turns worker grids into launches, and refuses grids that devices would ignore, correct or get wrong. */
final class Grids {

    private static final int DIMENSIONS = 3;

    private Grids() {
    }

    /** Refuses a grid whose name is no task's. */
    static void checkNames(GridScheduler scheduler, Set<String> taskIds) {
        if (scheduler != null && !taskIds.containsAll(scheduler.keySet())) {
            Set<String> unknown = new TreeSet<>(scheduler.keySet());
            unknown.removeAll(taskIds);
            throw new TornadoRuntimeException("the grid scheduler has grids for " + unknown
                    + ", but the plan has only the tasks " + new TreeSet<>(taskIds));
        }
    }

    /**
     * The work-items of a task; null for one whose loops make them.
     *
     * @throws TornadoRuntimeException naming task, sizes given and sizes allowed
     */
    static NdRange of(KernelTask task, GridScheduler scheduler, DeviceDescription device) {
        WorkerGrid grid = scheduler == null ? null : scheduler.get(task.id());
        if (!task.usesContext()) {
            if (grid != null) {
                throw refused(task, "has a worker grid but no KernelContext: its @Parallel loops make its work-items;"
                        + " take the grid away");
            }
            return null;
        }
        if (grid == null) {
            throw refused(task, "takes a KernelContext but has no worker grid: add one named " + task.id()
                    + " to the plan's grid scheduler");
        }
        for (long offset : grid.getGlobalOffset()) {
            if (offset != 0) {
                throw refused(task, "has a worker grid with an offset of " + offset + "; only 0 is supported");
            }
        }
        return new NdRange(global(task, grid), local(task, grid, device));
    }

    private static long[] global(KernelTask task, WorkerGrid grid) {
        long[] global = grid.getGlobalWork().clone();
        for (int dimension = 0; dimension < DIMENSIONS; dimension++) {
            if (global[dimension] < 1 || global[dimension] > Integer.MAX_VALUE) {
                throw refused(task, "has a global size of " + global[dimension] + " in dimension " + dimension
                        + "; allowed are 1 to " + Integer.MAX_VALUE);
            }
        }
        return global;
    }

    private static long[] local(KernelTask task, WorkerGrid grid, DeviceDescription device) {
        long[] local = grid.getLocalWork();
        if (local == null) {
            return null;
        }
        long[] global = grid.getGlobalWork();
        long groupSize = 1;
        for (int dimension = 0; dimension < DIMENSIONS; dimension++) {
            long size = local[dimension];
            long most = device.groups().itemSizes()[dimension];
            if (size < 1 || size > most) {
                throw refused(task, "has a local size of " + size + " in dimension " + dimension + "; " + device.name()
                        + " allows 1 to " + most);
            }
            if (global[dimension] % size != 0) {
                throw refused(task, "has a global size of " + global[dimension] + " in dimension " + dimension
                        + ", which its local size of " + size + " does not divide; round the global size up and guard"
                        + " the kernel's body with an if");
            }
            groupSize *= size;
        }
        if (groupSize > device.groups().items()) {
            throw refused(task, "has groups of " + groupSize + " work-items; " + device.name() + " allows "
                    + device.groups().items());
        }
        return local.clone();
    }

    private static TornadoRuntimeException refused(KernelTask task, String why) {
        return new TornadoRuntimeException("task " + task.id() + " " + why);
    }
}
