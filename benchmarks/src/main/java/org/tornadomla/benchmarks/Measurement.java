package org.tornadomla.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
import org.tornadomla.backend.Target;

/** Checks and times workloads on one device, and hands each result on. */
final class Measurement {

    private final Target target;
    private final Roofline roofline;
    private final int threads;
    private final double budget;
    private final Result.Run run;
    private final Consumer<Result> results;

    /**
     * A measurement on a device.
     *
     * @param budget  seconds for each point
     * @param results receives each result as soon as it is known
     */
    Measurement(Target target, Roofline roofline, int threads, double budget, Result.Run run, Consumer<Result> results) {
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

    /** Measures a workload of the library alone. */
    void alone(Point point, Workload ours) {
        compare(point, ours, Map.of());
    }

    /**
     * Measures a workload of the library in turns with its peers, and closes the peers. One whose answer is wrong is not timed; its
     * result says so.
     *
     * @param peers the peer's workloads by name
     */
    void compare(Point point, Workload ours, Map<String, Workload> peers) {
        List<String> names = new ArrayList<>(List.of(target.engine()));
        List<Workload> workloads = new ArrayList<>(List.of(ours));
        peers.forEach((name, workload) -> {
            names.add(name);
            workloads.add(workload);
        });
        try {
            Map<String, Double> errors = check(point, names, workloads);
            Timing timing = Timing.of(workloads, budget);
            for (int i = 0; i < names.size(); i++) {
                int index = i;
                double error = errors.get(names.get(i));
                Map<String, Double> ratios = ratios(names, i, other -> timing.ratio(index, other));
                Map<String, Double> best = ratios(names, i, other -> timing.best(index) / timing.best(other));
                results.accept(result(point, names.get(i), workloads.get(i).cost(), timing.median(i), timing.best(i), error, ratios, best));
            }
        } finally {
            peers.values().forEach(Workload::close);
        }
    }

    /** Errors by name; drops workloads with wrong answers from the lists and reports them. */
    private Map<String, Double> check(Point point, List<String> names, List<Workload> workloads) {
        Map<String, Double> errors = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            try {
                errors.put(names.get(i), workloads.get(i).check(point + " on " + names.get(i)));
            } catch (WrongAnswerException e) {
                results.accept(failure(point, names.get(i), e.getMessage()));
                names.remove(i);
                workloads.remove(i);
                i--;
            }
        }
        return errors;
    }

    /** Ratios of a workload to each peer but itself. */
    private static Map<String, Double> ratios(List<String> names, int index, IntToDoubleFunction ratio) {
        Map<String, Double> ratios = new HashMap<>();
        for (int other = 0; other < names.size(); other++) {
            if (other != index && names.get(other).startsWith(Suite.PEER)) {
                ratios.put(names.get(other), ratio.applyAsDouble(other));
            }
        }
        return ratios;
    }

    private Result result(Point point, String engine, Cost cost, double seconds, double best, double error,
            Map<String, Double> ratios, Map<String, Double> bestRatios) {
        return new Result(point, engine, device(engine), driver(engine), threads, seconds, best, cost.flops() / seconds / Suite.GIGA,
                cost.bytes() / seconds / Suite.GIGA, roofline.floor(cost) / seconds,
                cost.bytes() / roofline.bytesPerSecond() / seconds, error, ratios, bestRatios, null, run);
    }

    private Result failure(Point point, String engine, String reason) {
        return new Result(point, engine, device(engine), driver(engine), threads, 0, 0, 0, 0, 0, 0, Double.NaN, Map.of(), Map.of(), reason, run);
    }

    private String device(String engine) {
        return engine.startsWith(Suite.PEER) ? "CPU" : target.device().getDeviceName().strip();
    }

    private String driver(String engine) {
        return engine.startsWith(Suite.PEER) ? PeerModule.version() : Machine.driver(target);
    }
}
