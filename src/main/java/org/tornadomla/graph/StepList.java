package org.tornadomla.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.*;

/**
 * The steps of one graph, collected in the order in which they run. One method an arity, so that the compiler holds
 * every kernel's arguments to its parameters.
 */
public final class StepList {

    private final WorkGroups groups;
    private final List<Step> steps = new ArrayList<>();

    /** A list without steps, of loops only. */
    public StepList() {
        this(null);
    }

    /** A list without steps, of kernels of work-groups. */
    public StepList(WorkGroups groups) {
        this.groups = groups;
    }

    /** The groups of kernels of work-groups. */
    public WorkGroups groups() {
        return groups;
    }

    /** The steps so far. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** Adds steps that stand ready. */
    public StepList addAll(List<Step> ready) {
        steps.addAll(ready);
        return this;
    }

    private StepList put(String name, Grid grid, Object kernel, UnaryOperator<TaskGraph> task, Runnable java,
            Object... arguments) {
        // The runtime makes a work-item's context itself; it is no argument that a graph carries.
        List<Object> carried = Stream.of(arguments).filter(argument -> !(argument instanceof KernelContext)).toList();
        steps.add(new Step(name, grid, KernelNames.of(kernel), carried, task, java));
        return this;
    }

    /** Adds a step that stands ready. */
    public StepList add(Step step) {
        steps.add(step);
        return this;
    }

    public <T1, T2, T3, T4, T5> StepList add(String name, Grid grid, Task5<T1, T2, T3, T4, T5> kernel, T1 a1, T2 a2,
            T3 a3, T4 a4, T5 a5) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5), a1, a2, a3, a4, a5);
    }

    public <T1, T2, T3, T4, T5, T6> StepList add(String name, Grid grid, Task6<T1, T2, T3, T4, T5, T6> kernel, T1 a1,
            T2 a2, T3 a3, T4 a4, T5 a5, T6 a6) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6), a1, a2, a3, a4, a5, a6);
    }

    public <T1, T2, T3, T4, T5, T6, T7> StepList add(String name, Grid grid, Task7<T1, T2, T3, T4, T5, T6, T7> kernel,
            T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7), a1, a2, a3, a4, a5, a6, a7);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8> StepList add(String name, Grid grid,
            Task8<T1, T2, T3, T4, T5, T6, T7, T8> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8), a1, a2, a3, a4, a5, a6, a7, a8);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9> StepList add(String name, Grid grid,
            Task9<T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8,
            T9 a9) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9), a1, a2, a3, a4, a5, a6, a7, a8,
                a9);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> StepList add(String name, Grid grid,
            Task10<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7,
            T8 a8, T9 a9, T10 a10) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9, a10), a1, a2, a3, a4, a5, a6, a7,
                a8, a9, a10);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> StepList add(String name, Grid grid,
            Task11<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6,
            T7 a7, T8 a8, T9 a9, T10 a10, T11 a11) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9, a10, a11), a1, a2, a3, a4, a5, a6,
                a7, a8, a9, a10, a11);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> StepList add(String name, Grid grid,
            Task12<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6,
            T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12), a1, a2, a3, a4, a5,
                a6, a7, a8, a9, a10, a11, a12);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> StepList add(String name, Grid grid,
            Task13<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5,
            T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13), a1, a2, a3,
                a4, a5, a6, a7, a8, a9, a10, a11, a12, a13);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> StepList add(String name, Grid grid,
            Task14<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> kernel, T1 a1, T2 a2, T3 a3, T4 a4,
            T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14), a1, a2,
                a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> StepList add(String name, Grid grid,
            Task15<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> kernel, T1 a1, T2 a2, T3 a3, T4 a4,
            T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14, T15 a15) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15), a1,
                a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16> StepList add(String name, Grid grid,
            Task16<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16> kernel, T1 a1, T2 a2, T3 a3,
            T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14, T15 a15, T16 a16) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,
                        a16),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16),
                a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17> StepList add(String name,
            Grid grid, Task17<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17> kernel, T1 a1,
            T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14,
            T15 a15, T16 a16, T17 a17) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17),
                a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18> StepList add(String name,
            Grid grid, Task18<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18> kernel,
            T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14,
            T15 a15, T16 a16, T17 a17, T18 a18) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17, a18),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17, a18),
                a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19> StepList add(
            String name, Grid grid,
            Task19<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19> kernel, T1 a1,
            T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14,
            T15 a15, T16 a16, T17 a17, T18 a18, T19 a19) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17, a18, a19),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17, a18, a19),
                a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20> StepList add(
            String name, Grid grid,
            Task20<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20> kernel,
            T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14,
            T15 a15, T16 a16, T17 a17, T18 a18, T19 a19, T20 a20) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17, a18, a19, a20),
                () -> kernel.apply(OneItem.host(a1), a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17, a18, a19, a20),
                a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20);
    }
}
