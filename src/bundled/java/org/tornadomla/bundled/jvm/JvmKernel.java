package org.tornadomla.bundled.jvm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.tornadomla.bundled.device.CompiledKernel;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.NdRange;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

/** A task's method, ready to run. */
final class JvmKernel implements CompiledKernel {

    private final KernelTask task;
    private final MethodHandle code;
    private final long translateNanos;

    private JvmKernel(KernelTask task, MethodHandle code, long translateNanos) {
        this.task = task;
        this.code = code;
        this.translateNanos = translateNanos;
    }

    static JvmKernel compile(KernelTask task) {
        long start = System.nanoTime();
        try {
            MethodHandle code = MethodHandles.privateLookupIn(task.method().getDeclaringClass(), MethodHandles.lookup())
                    .unreflect(task.method());
            MethodHandle spread = code.asSpreader(Object[].class, task.arguments().size())
                    .asType(MethodType.methodType(void.class, Object[].class));
            return new JvmKernel(task, spread, System.nanoTime() - start);
        } catch (IllegalAccessException failure) {
            throw new TornadoBailoutRuntimeException("task " + task.id() + ": " + task.method()
                    + " cannot be called", failure);
        }
    }

    @Override
    public KernelTask task() {
        return task;
    }

    @Override
    public String source() {
        return task.method().toString();
    }

    @Override
    public long translateNanos() {
        return translateNanos;
    }

    @Override
    public long driverNanos() {
        return 0;
    }

    void launch(DeviceBuffer[] buffers, NdRange range) {
        Object[] arguments = task.arguments().toArray();
        for (int index = 0; index < arguments.length; index++) {
            if (buffers[index] != null) {
                arguments[index] = ((JvmBuffer) buffers[index]).array();
            }
        }
        if (range == null) {
            run(arguments);
        } else {
            Grid grid = new Grid(task.id(), range);
            for (int group = 0; group < grid.groups(); group++) {
                grid.runGroup(group, item -> run(withContext(arguments, item)));
            }
        }
    }

    private static Object[] withContext(Object[] arguments, WorkItem item) {
        Object[] own = arguments.clone();
        for (int index = 0; index < own.length; index++) {
            if (own[index] instanceof KernelContext) {
                own[index] = item;
            }
        }
        return own;
    }

    private void run(Object[] arguments) {
        try {
            code.invokeExact(arguments);
        } catch (RuntimeException | Error failure) {
            throw Failures.named(task, arguments, failure);
        } catch (Throwable failure) {
            throw new TornadoBailoutRuntimeException("task " + task.id() + " failed: " + failure);
        }
    }
}
