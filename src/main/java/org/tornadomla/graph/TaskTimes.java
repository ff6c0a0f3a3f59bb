package org.tornadomla.graph;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the times of tasks out of a profiler's log: that of the bundled runtime, or that of TornadoVM, which holds an
 * object for every execution of the graph so far, one below the other.
 */
final class TaskTimes {

    /** A number behind the name, or an object that has it among others and holds no object. */
    private static final Pattern TASK = Pattern
            .compile("\"\\w+\\.(\\w+)\":\\s*(?:(\\d+)|\\{[^{}]*\"TASK_KERNEL_TIME\":\\s*\"(\\d+)\")");

    private TaskTimes() {
    }

    /**
     * Adds the times of the last execution.
     *
     * @param log   what {@code TornadoProfilerResult.getProfileLog()} gave
     * @param graph the graph that ran; the log may call it by the name of another with the same code
     * @param nanos by "graph.task". Modified
     */
    static void add(String log, String graph, Map<String, Long> nanos) {
        String last = log.substring(log.lastIndexOf("\n{") + 1);
        for (Matcher task = TASK.matcher(last); task.find();) {
            nanos.merge(graph + "." + task.group(1),
                    Long.valueOf(task.group(2) != null ? task.group(2) : task.group(3)), Long::sum);
        }
    }
}
