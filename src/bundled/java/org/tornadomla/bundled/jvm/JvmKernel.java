package org.tornadomla.bundled.jvm;

import org.tornadomla.bundled.device.CompiledKernel;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.NdRange;
import uk.ac.manchester.tornado.api.KernelContext;

/** A task's method, ready to run on all cores. */
final class JvmKernel implements CompiledKernel {

    private final KernelTask task;
    private final KernelClass kernel;
    private final long translateNanos;
    private final Parallelism parallelism = new Parallelism();

    private JvmKernel(KernelTask task, KernelClass kernel, long translateNanos) {
        this.task = task;
        this.kernel = kernel;
        this.translateNanos = translateNanos;
    }

    static JvmKernel compile(KernelTask task) {
        long start = System.nanoTime();
        KernelClass kernel = KernelClass.of(task.method(), task.arguments());
        return new JvmKernel(task, kernel, System.nanoTime() - start);
    }

    @Override
    public KernelTask task() {
        return task;
    }

    @Override
    public String source() {
        return task.method() + "\n" + kernel.note();
    }

    @Override
    public long translateNanos() {
        return translateNanos;
    }

    @Override
    public long driverNanos() {
        return 0;
    }

    /** Runs the kernel; {@code range} is null for one whose loops make its work-items. */
    void launch(DeviceBuffer[] buffers, NdRange range) {
        Object[] arrays = task.arguments().toArray();
        Object[] prepared = new Object[arrays.length];
        for (int index = 0; index < arrays.length; index++) {
            if (buffers[index] != null) {
                arrays[index] = ((JvmBuffer) buffers[index]).array();
            }
            prepared[index] = kernel.prepare(arrays[index]);
        }
        try {
            if (range == null) {
                loops(prepared);
            } else {
                groups(prepared, range);
            }
        } catch (RuntimeException | Error failure) {
            throw Failures.named(task, arrays, failure);
        }
    }

    private void loops(Object[] prepared) {
        int trips = kernel.code().trips(prepared);
        if (trips <= 1) {
            kernel.code().run(prepared, 0, trips);
        } else {
            parallelism.forEach(trips, (from, to) -> kernel.code().run(prepared, from, to));
        }
    }

    private void groups(Object[] prepared, NdRange range) {
        Grid grid = new Grid(task.id(), range);
        parallelism.forEach(grid.groups(), (from, to) -> {
            for (int group = from; group < to; group++) {
                grid.runGroup(group, item -> kernel.code().run(withContext(prepared, item), 0, 0));
            }
        });
    }

    private Object[] withContext(Object[] prepared, WorkItem item) {
        if (!kernel.lowered()) {
            item.box();
        }
        Object[] own = prepared.clone();
        for (int index = 0; index < own.length; index++) {
            if (own[index] instanceof KernelContext) {
                own[index] = item;
            }
        }
        return own;
    }
}
