package org.tornadomla.benchmarks;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where the time of a point goes: the device's own times of its tasks, by what they do. */
final class TaskShares {

    /** Tasks of less than this share of the slowest engine's run are added up. */
    private static final double LEAST_SHARE = 0.01;
    private static final String SMALL = "all others";
    /** Name of what is no task: launches, transfers, the host. */
    static final String OUTSIDE = "run.outside of kernels";

    private TaskShares() {
    }

    /**
     * Times of tasks, those of all layers together, the longest first; then those too small to name, and what is
     * outside of kernels.
     *
     * @param results of one point on several engines
     * @return seconds by task and engine; nothing where no engine has a profiler
     */
    static Map<String, Map<String, Double>> of(List<Result> results) {
        Map<String, Map<String, Double>> byTask = new TreeMap<>();
        double longest = 0;
        for (Result result : results) {
            longest = Math.max(longest, result.tasks().values().stream().mapToDouble(Double::doubleValue).sum());
            result.tasks().forEach((task, seconds) -> byTask.computeIfAbsent(name(task), t -> new TreeMap<>())
                    .merge(result.engine(), seconds, Double::sum));
        }
        double least = LEAST_SHARE * longest;
        Map<String, Double> outside = byTask.remove(name(OUTSIDE));
        Map<String, Map<String, Double>> shares = new LinkedHashMap<>();
        Map<String, Double> small = new TreeMap<>();
        byTask.entrySet().stream().sorted(Comparator.comparing(entry -> -most(entry.getValue()))).forEach(entry -> {
            if (most(entry.getValue()) >= least) {
                shares.put(entry.getKey(), entry.getValue());
            } else {
                entry.getValue().forEach((engine, seconds) -> small.merge(engine, seconds, Double::sum));
            }
        });
        if (!small.isEmpty()) {
            shares.put(SMALL, small);
        }
        if (outside != null) {
            // TornadoVM's profiler may count more than the run took.
            outside.values().removeIf(seconds -> seconds < 0);
            shares.put(name(OUTSIDE), outside);
        }
        return shares;
    }

    /** A task without its graph. */
    private static String name(String task) {
        return task.substring(task.indexOf('.') + 1);
    }

    private static double most(Map<String, Double> seconds) {
        return seconds.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
