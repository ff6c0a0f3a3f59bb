package org.tornadomla.bundled.runtime;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.tornadomla.bundled.bytecode.Access;
import org.tornadomla.bundled.memory.ArrayMemory;

/** A task graph as it was when its snapshot was taken. */
public final class GraphDefinition {

    private final String name;
    private final List<TaskDefinition> tasks;
    private final List<Transfer> toDevice;
    private final List<Consumption> consumed;
    private final List<Transfer> toHost;
    private final List<Object> persisted;
    private final AtomicReference<PlanExecutor> owner = new AtomicReference<>();

    /**
     * An array taken over from the graph before.
     *
     * @param source name of the graph that it is said to come from, or null
     * @param array  the host array
     */
    record Consumption(String source, Object array) {
    }

    GraphDefinition(String name, List<TaskDefinition> tasks, List<Transfer> toDevice, List<Consumption> consumed,
            List<Transfer> toHost, List<Object> persisted) {
        this.name = name;
        this.tasks = List.copyOf(tasks);
        this.toDevice = List.copyOf(toDevice);
        this.consumed = List.copyOf(consumed);
        this.toHost = List.copyOf(toHost);
        this.persisted = List.copyOf(persisted);
    }

    String name() {
        return name;
    }

    List<TaskDefinition> tasks() {
        return tasks;
    }

    List<Transfer> toDevice() {
        return toDevice;
    }

    List<Consumption> consumed() {
        return consumed;
    }

    List<Transfer> toHost() {
        return toHost;
    }

    List<Object> persisted() {
        return persisted;
    }

    /** The plan that uses this graph; empty when none does. */
    AtomicReference<PlanExecutor> owner() {
        return owner;
    }

    /** Every array that the graph names or passes to a task. */
    Set<Object> arrays() {
        Set<Object> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        toDevice.forEach(transfer -> arrays.add(transfer.array()));
        consumed.forEach(consumption -> arrays.add(consumption.array()));
        arrays.addAll(arguments());
        return arrays;
    }

    /** Every array that the graph passes to a task. */
    Set<Object> arguments() {
        Set<Object> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        for (TaskDefinition task : tasks) {
            task.kernel().arguments().stream().filter(ArrayMemory::isArray).forEach(arrays::add);
        }
        return arrays;
    }

    /** How the first task that takes {@code array} uses it; {@link Access#NONE} when none takes it. */
    Access firstAccess(Object array) {
        for (TaskDefinition task : tasks) {
            if (task.kernel().arguments().stream().anyMatch(argument -> argument == array)) {
                return task.access(array);
            }
        }
        return Access.NONE;
    }

    /** Whether a task writes {@code array}. */
    boolean writes(Object array) {
        return tasks.stream().anyMatch(task -> task.access(array).writes());
    }
}
