package org.tornadomla.bundled.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.tornadomla.bundled.device.NdRange;

/** The groups of a launch. Without a local size every group is one work-item. */
final class Grid {

    private final String task;
    private final int[] global = new int[3];
    private final int[] local = new int[3];
    private final int[] groupCount = new int[3];

    Grid(String task, NdRange range) {
        this.task = task;
        for (int dimension = 0; dimension < 3; dimension++) {
            global[dimension] = Math.toIntExact(range.global()[dimension]);
            local[dimension] = range.local() == null ? 1 : Math.toIntExact(range.local()[dimension]);
            groupCount[dimension] = global[dimension] / local[dimension];
        }
    }

    /** Number of groups in all dimensions. */
    int groups() {
        return Math.multiplyExact(Math.multiplyExact(groupCount[0], groupCount[1]), groupCount[2]);
    }

    /** Runs all work-items of group {@code number}; a group of more than one has a thread for each. */
    void runGroup(int number, Consumer<WorkItem> body) {
        int[] index = {number % groupCount[0], number / groupCount[0] % groupCount[1],
            number / groupCount[0] / groupCount[1]};
        List<WorkItem> items = items(index);
        if (items.size() == 1) {
            body.accept(items.getFirst());
            return;
        }
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (WorkItem item : items) {
            threads.add(Thread.startVirtualThread(() -> runItem(item, body, failure)));
        }
        for (Thread thread : threads) {
            join(thread);
        }
        switch (failure.get()) {
            case null -> {
            }
            case RuntimeException exception -> throw exception;
            case Throwable error -> throw (Error) error;
        }
    }

    private static void runItem(WorkItem item, Consumer<WorkItem> body, AtomicReference<Throwable> failure) {
        boolean failed = true;
        try {
            body.accept(item);
            failed = false;
        } catch (RuntimeException | Error thrown) {
            failure.compareAndSet(null, thrown);
        } finally {
            item.end(failed);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException interruption) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<WorkItem> items(int[] groupIndex) {
        WorkGroup group = new WorkGroup(task, local[0] * local[1] * local[2]);
        List<WorkItem> items = new ArrayList<>();
        for (int z = 0; z < local[2]; z++) {
            for (int y = 0; y < local[1]; y++) {
                for (int x = 0; x < local[0]; x++) {
                    items.add(new WorkItem(group, global, local, groupIndex, new int[]{x, y, z}));
                }
            }
        }
        return items;
    }
}
