package org.tornadomla.graph;

import java.util.List;
import java.util.function.UnaryOperator;

import uk.ac.manchester.tornado.api.TaskGraph;

/**
 * One task of a graph: its name, kernel, arguments and grid in one place. The task graph and the grid scheduler are
 * both derived from it, and so is the listing in the documentation.
 *
 * @param name      task name, unique in its graph
 * @param grid      how many work-items the kernel can use
 * @param kernel    class and method of the kernel, for listings
 * @param arguments what the kernel is given, in its order: arrays and constants
 * @param task      adds the task to a task graph
 * @param java      runs the kernel's method on the host arrays; one of work-groups as a group of one work-item; null
 *                      for a check that computes what it expects by itself
 */
public record Step(String name, Grid grid, String kernel, List<Object> arguments, UnaryOperator<TaskGraph> task,
        Runnable java) {

    /** A step of which only a device knows what it computes. */
    public Step(String name, Grid grid, String kernel, List<Object> arguments, UnaryOperator<TaskGraph> task) {
        this(name, grid, kernel, arguments, task, null);
    }
}
