package org.tornadomla.bundled.runtime;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tornadomla.bundled.bytecode.Access;
import org.tornadomla.bundled.device.CompiledKernel;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.NdRange;
import org.tornadomla.bundled.memory.ArrayMemory;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** A graph in a plan: its compiled tasks and the device copies that it holds. */
final class GraphRun {

    private final GraphDefinition definition;
    private final PlanBuffers buffers;
    private final Map<Object, DeviceCopy> copies = new IdentityHashMap<>();
    private final List<CompiledKernel> kernels = new ArrayList<>();
    private boolean executed;

    GraphRun(GraphDefinition definition, PlanBuffers buffers) {
        this.definition = definition;
        this.buffers = buffers;
    }

    GraphDefinition definition() {
        return definition;
    }

    /** The device copy that this graph holds of {@code array}, or null. */
    DeviceCopy copy(Object array) {
        return copies.get(array);
    }

    /** The tasks that are not compiled yet. */
    Stream<KernelTask> uncompiled() {
        return definition.tasks().stream().skip(kernels.size()).map(TaskDefinition::kernel);
    }

    /** Compiles the tasks that are not compiled yet, and returns those. */
    Collection<CompiledKernel> compile(DeviceSession session) {
        List<CompiledKernel> fresh = new ArrayList<>();
        for (int index = kernels.size(); index < definition.tasks().size(); index++) {
            CompiledKernel kernel = session.compile(definition.tasks().get(index).kernel());
            kernels.add(kernel);
            fresh.add(kernel);
        }
        return fresh;
    }

    /** Forgets the device copies; the next execution transfers again. */
    void forgetCopies() {
        copies.clear();
        executed = false;
    }

    /**
     * Takes over what the graph consumes.
     *
     * @param previous the graph that ran immediately before, or null
     */
    void consume(GraphRun previous) {
        for (GraphDefinition.Consumption consumption : definition.consumed()) {
            Object array = consumption.array();
            DeviceCopy copy = previous == null ? null : previous.copy(array);
            if (copy == null) {
                String before = previous == null
                        ? "no graph of the plan has run before it"
                        : "the graph that ran immediately before, " + previous.definition.name() + ", does not hold it";
                throw new TornadoRuntimeException("graph " + definition.name() + " consumes " + name(array) + ", but "
                        + before + "; let every graph in between consume and persist the array");
            }
            copies.put(array, copy);
        }
    }

    /** Copies to the device what is due, and allocates the rest. */
    void upload(DeviceSession session) {
        for (Transfer transfer : definition.toDevice()) {
            Access first = definition.firstAccess(transfer.array());
            boolean never = transfer.mode() == DataTransferMode.UNDER_DEMAND || first.isWriteOnly();
            DeviceCopy copy = held(session, transfer.array(), !never);
            boolean due = transfer.mode() == DataTransferMode.EVERY_EXECUTION || !copy.isUploaded();
            if (!never && due) {
                session.upload(transfer.array(), copy.buffer());
                copy.markUploaded();
            }
        }
        for (Object array : definition.arguments()) {
            if (!copies.containsKey(array)) {
                uploadUndeclared(session, array);
            }
        }
    }

    private void uploadUndeclared(DeviceSession session, Object array) {
        Access first = definition.firstAccess(array);
        if (first.reads() && !first.writes()) {
            throw new TornadoRuntimeException("graph " + definition.name() + " reads " + name(array)
                    + ", which it neither transfers nor consumes; declare it with transferToDevice");
        }
        DeviceCopy copy = held(session, array, false);
        if (!first.isWriteOnly()) {
            session.upload(array, copy.buffer());
            copy.markUploaded();
        }
    }

    private DeviceCopy held(DeviceSession session, Object array, boolean uploads) {
        return copies.computeIfAbsent(array, key -> buffers.allocate(session, key, uploads));
    }

    /** Launches the tasks in order. {@code ranges} has one entry a task. */
    void launch(DeviceSession session, List<NdRange> ranges) {
        for (int index = 0; index < kernels.size(); index++) {
            TaskDefinition task = definition.tasks().get(index);
            List<Object> arguments = task.kernel().arguments();
            DeviceBuffer[] parameters = new DeviceBuffer[arguments.size()];
            for (int parameter = 0; parameter < parameters.length; parameter++) {
                if (ArrayMemory.isArray(arguments.get(parameter))) {
                    parameters[parameter] = defined(task, parameter).buffer();
                }
            }
            session.launch(kernels.get(index), parameters, ranges.get(index));
            markWritten(task);
        }
    }

    private DeviceCopy defined(TaskDefinition task, int parameter) {
        DeviceCopy copy = copies.get(task.kernel().arguments().get(parameter));
        Access access = task.accesses().get(parameter);
        if (access.reads() && !access.writes() && !copy.isDefined()) {
            throw new TornadoRuntimeException("task " + task.id() + " reads its argument "
                    + task.parameterName(parameter) + ", which nothing has written on the device: an array that is"
                    + " transferred UNDER_DEMAND is only allocated; transfer it, or let a task write it before");
        }
        return copy;
    }

    private void markWritten(TaskDefinition task) {
        for (int parameter = 0; parameter < task.accesses().size(); parameter++) {
            if (task.accesses().get(parameter).writes()) {
                DeviceCopy copy = copies.get(task.kernel().arguments().get(parameter));
                if (copy != null) {
                    copy.markDefined();
                }
            }
        }
    }

    /** Copies to the host what is due. */
    boolean download(DeviceSession session) {
        boolean copied = false;
        for (Transfer transfer : definition.toHost()) {
            boolean due = transfer.mode() == DataTransferMode.EVERY_EXECUTION
                    || transfer.mode() == DataTransferMode.FIRST_EXECUTION && !executed;
            if (due) {
                DeviceCopy copy = copies.get(transfer.array());
                PlanBuffers.checkWhole(copy);
                session.download(copy.buffer(), transfer.array(), 0, copy.buffer().bytes());
                copied = true;
            }
        }
        executed = true;
        return copied;
    }

    /** The array as messages name it: with the parameter that takes it, if any. */
    private String name(Object array) {
        for (TaskDefinition task : definition.tasks()) {
            if (task.kernel().arguments().stream().anyMatch(argument -> argument == array)) {
                return "argument " + task.parameterName(array) + " of task " + task.id() + " ("
                        + GraphBuilder.describe(array) + ")";
            }
        }
        return GraphBuilder.describe(array);
    }
}
