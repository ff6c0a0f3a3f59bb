package org.tornadomla.bundled.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.tornadomla.bundled.memory.ArrayMemory;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;
import uk.ac.manchester.tornado.api.types.collections.TornadoCollectionInterface;

/** Collects what a program says of a task graph, and refuses what a device would ignore or get wrong. */
public final class GraphBuilder {

    private final String name;
    private final List<TaskDefinition> tasks = new ArrayList<>();
    private final List<Transfer> toDevice = new ArrayList<>();
    private final List<GraphDefinition.Consumption> consumed = new ArrayList<>();
    private final List<Transfer> toHost = new ArrayList<>();
    private final List<Object> persisted = new ArrayList<>();

    /** An empty graph. */
    public GraphBuilder(String name) {
        this.name = name;
    }

    /** The graph's name. */
    public String name() {
        return name;
    }

    /** Adds a task; {@code code} is a reference to a static method. */
    public void task(String id, Object code, Object... arguments) {
        if (tasks.stream().anyMatch(task -> task.kernel().name().equals(id))) {
            throw new TornadoTaskRuntimeException(
                    "graph " + name + " has two tasks of the name " + id + "; give each its own");
        }
        tasks.add(TaskDefinition.of(name, id, code, arguments));
    }

    /** Adds copies to the device. */
    public void transferToDevice(int mode, Object... arrays) {
        checkMode(mode);
        for (Object array : arrays) {
            toDevice.add(new Transfer(mode, checked(array, "transferToDevice")));
        }
    }

    /** Adds arrays taken over from the graph before; {@code source} may be null. */
    public void consume(String source, Object... arrays) {
        for (Object array : arrays) {
            consumed.add(new GraphDefinition.Consumption(source, checked(array, "consumeFromDevice")));
        }
    }

    /** Adds copies to the host. */
    public void transferToHost(int mode, Object... arrays) {
        checkMode(mode);
        for (Object array : arrays) {
            toHost.add(new Transfer(mode, checked(array, "transferToHost")));
        }
    }

    /** Adds arrays that the next graph may take over. */
    public void persist(Object... arrays) {
        for (Object array : arrays) {
            persisted.add(checked(array, "persistOnDevice"));
        }
    }

    /**
     * The graph as it is now.
     *
     * @throws TornadoRuntimeException if it has no task, or a transfer can have no effect
     */
    public GraphDefinition build() {
        if (tasks.isEmpty()) {
            throw new TornadoRuntimeException("graph " + name + " has no task");
        }
        GraphDefinition graph = new GraphDefinition(name, tasks, toDevice, consumed, toHost, persisted);
        checkDeclaredOnce();
        checkUploads(graph);
        checkDownloads(graph);
        checkUndeclared();
        return graph;
    }

    private void checkDeclaredOnce() {
        Set<Object> declared = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Object> all = new ArrayList<>();
        toDevice.forEach(transfer -> all.add(transfer.array()));
        consumed.forEach(consumption -> all.add(consumption.array()));
        for (Object array : all) {
            if (!declared.add(array)) {
                throw new TornadoRuntimeException("graph " + name + ": " + describe(array)
                        + " is declared twice by transferToDevice or consumeFromDevice; once must do");
            }
        }
    }

    private void checkUploads(GraphDefinition graph) {
        Set<Object> arguments = graph.arguments();
        for (Transfer transfer : toDevice) {
            if (transfer.mode() != DataTransferMode.EVERY_EXECUTION && !arguments.contains(transfer.array())) {
                throw new TornadoRuntimeException(
                        "graph " + name + ": transferToDevice of " + describe(transfer.array())
                                + " has no effect, since no task takes it; pass it to a task or use EVERY_EXECUTION");
            }
        }
    }

    private void checkDownloads(GraphDefinition graph) {
        for (Transfer transfer : toHost) {
            Object array = transfer.array();
            if (transfer.mode() != DataTransferMode.UNDER_DEMAND && !graph.writes(array)) {
                throw new TornadoRuntimeException("graph " + name + ": transferToHost of " + describe(array)
                        + " has no effect, since no task writes it; use UNDER_DEMAND and the result's transferToHost");
            }
        }
        Set<Object> arrays = graph.arrays();
        for (Object array : persisted) {
            if (!arrays.contains(array)) {
                throw new TornadoRuntimeException("graph " + name + ": persistOnDevice of " + describe(array)
                        + ", which the graph neither transfers, consumes nor passes to a task");
            }
        }
    }

    /** Undeclared arrays of some classes are silently taken by TornadoVM, of others not. */
    private void checkUndeclared() {
        Set<Object> declared = Collections.newSetFromMap(new IdentityHashMap<>());
        toDevice.forEach(transfer -> declared.add(transfer.array()));
        consumed.forEach(consumption -> declared.add(consumption.array()));
        toHost.forEach(transfer -> declared.add(transfer.array()));
        persisted.forEach(declared::add);
        for (TaskDefinition task : tasks) {
            for (Object argument : task.kernel().arguments()) {
                boolean mustDeclare = argument instanceof TornadoCollectionInterface<?>;
                if (mustDeclare && !declared.contains(argument)) {
                    throw new TornadoTaskRuntimeException("task " + task.id() + ": argument "
                            + task.parameterName(argument) + " of " + argument.getClass().getSimpleName()
                            + " must be declared with transferToDevice, consumeFromDevice, persistOnDevice or"
                            + " transferToHost");
                }
            }
        }
    }

    private void checkMode(int mode) {
        if (mode < DataTransferMode.FIRST_EXECUTION || mode > DataTransferMode.UNDER_DEMAND) {
            throw new TornadoRuntimeException(
                    "graph " + name + ": transfer mode " + mode + " is none of DataTransferMode's");
        }
    }

    private Object checked(Object array, String where) {
        if (!ArrayMemory.isArray(array)) {
            throw new TornadoRuntimeException("graph " + name + ": " + where + " takes native arrays and vector"
                    + " collections, not " + (array == null ? "null" : array.getClass().getName()));
        }
        return array;
    }

    /** Class and size of an array, for messages. */
    static String describe(Object array) {
        return array.getClass().getSimpleName() + " of " + ArrayMemory.storage(array).getSize() + " elements";
    }
}
