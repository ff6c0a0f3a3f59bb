package org.tornadomla.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.tornadomla.backend.Target;

/** Checks and times workloads on one device, and hands each result on. */
final class Measurement {

    private static final int PROFILED_RUNS = 15;
    private static final double PROFILED_SECONDS = 0.5;

    private final Target target;
    private final Roofline roofline;
    private final int threads;
    private final double budget;
    private final Result.Run run;
    private final Consumer<Result> results;

    /**
     * A measurement on a device.
     *
     * @param budget  seconds for each point beside a peer; one without takes half of them
     * @param results receives each result as soon as it is known
     */
    Measurement(Target target, Roofline roofline, int threads, double budget, Result.Run run,
            Consumer<Result> results) {
        this.target = target;
        this.roofline = roofline;
        this.threads = threads;
        this.budget = budget;
        this.run = run;
        this.results = results;
    }

    Target target() {
        return target;
    }

    /**
     * Builds, checks and measures a point. Whatever a device or driver throws becomes a result that says so, and the
     * suite goes on.
     */
    void measure(Case point) {
        try {
            Workload ours = point.ours().get();
            try {
                compare(point.point(), ours, point.peers().get());
            } finally {
                if (!point.keeps()) {
                    ours.close();
                }
            }
        } catch (RuntimeException e) {
            results.accept(failure(point.point(), target.engine().toString(),
                    point.point() + " on " + target.engine().toString() + " failed: " + e));
        }
    }

    /**
     * Measures a workload of the library in turns with its peers, and closes the peers. One whose answer is wrong is
     * not timed; its result says so.
     *
     * @param peers the peer's workloads by name
     */
    void compare(Point point, Workload ours, Map<String, Workload> peers) {
        try {
            Map<String, Double> errors = new HashMap<>();
            boolean right = check(point, target.engine().toString(), ours, errors);
            Map<String, Workload> rightPeers = new LinkedHashMap<>();
            peers.forEach((name, peer) -> {
                if (check(point, name, peer, errors)) {
                    rightPeers.put(name, peer);
                }
            });
            if (right) {
                time(point, ours, rightPeers, errors);
            }
        } finally {
            peers.values().forEach(Workload::close);
        }
    }

    /** Keeps the error of a workload by its name, or reports that the workload is wrong. */
    private boolean check(Point point, String name, Workload workload, Map<String, Double> errors) {
        try {
            errors.put(name, workload.check(point + " on " + name));
            return true;
        } catch (WrongAnswerException e) {
            results.accept(failure(point, name, e.getMessage()));
            return false;
        }
    }

    private void time(Point point, Workload ours, Map<String, Workload> peers, Map<String, Double> errors) {
        Timing timing = Timing.of(ours, List.copyOf(peers.values()), peers.isEmpty() ? budget / 2 : budget);
        Map<String, Double> ratios = new TreeMap<>();
        Map<String, Double> best = new TreeMap<>();
        int index = 0;
        for (String name : peers.keySet()) {
            Timing.Peer peer = timing.peers().get(index++);
            ratios.put(name, peer.ratio());
            best.put(name, peer.best());
            results.accept(result(point, name, peers.get(name).cost(), new Seconds(peer.median(), peer.least()),
                    errors.get(name), Map.of(), Map.of(), Map.of()));
        }
        results.accept(
                result(point, target.engine().toString(), ours.cost(), new Seconds(timing.median(), timing.least()),
                        errors.get(target.engine().toString()), ratios, best, profile(ours, timing.median())));
    }

    /** Median seconds of each task, and of what the host spends outside of them, over some runs in a row. */
    private static Map<String, Double> profile(Workload workload, double once) {
        Map<String, List<Long>> samples = new TreeMap<>();
        int runs = (int) Math.clamp(PROFILED_SECONDS / once, 3, PROFILED_RUNS);
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            Map<String, Long> tasks = workload.profile();
            long outside = System.nanoTime() - start - tasks.values().stream().mapToLong(Long::longValue).sum();
            tasks.forEach((task, nanos) -> samples.computeIfAbsent(task, t -> new ArrayList<>()).add(nanos));
            if (!tasks.isEmpty()) {
                samples.computeIfAbsent(TaskShares.OUTSIDE, t -> new ArrayList<>()).add(outside);
            }
        }
        Map<String, Double> seconds = new TreeMap<>();
        samples.forEach((task, nanos) -> {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
            seconds.put(task, sorted[sorted.length / 2] / Timing.NANOSECONDS);
        });
        return seconds;
    }

    /** Of slices: their median, and the least. */
    private record Seconds(double median, double least) {
    }

    private Result result(Point point, String engine, Cost cost, Seconds times, double error,
            Map<String, Double> ratios, Map<String, Double> bestRatios, Map<String, Double> tasks) {
        double seconds = times.median();
        return new Result(point, engine, device(engine), driver(engine), threads, seconds, times.least(),
                cost.flops() / seconds / Suite.GIGA, cost.bytes() / seconds / Suite.GIGA,
                roofline.floor(cost) / seconds, roofline.memory(cost) / seconds, roofline.arithmetic(cost) / seconds,
                error, ratios, bestRatios, tasks, null, run);
    }

    private Result failure(Point point, String engine, String reason) {
        return new Result(point, engine, device(engine), driver(engine), threads, 0, 0, 0, 0, 0, 0, 0, Double.NaN,
                Map.of(), Map.of(), Map.of(), reason, run);
    }

    private String device(String engine) {
        return engine.startsWith(Suite.PEER) ? "CPU" : target.device().getDeviceName().strip();
    }

    private String driver(String engine) {
        return engine.startsWith(Suite.PEER) ? PeerModule.version() : Machine.driver(target);
    }
}
