package org.tornadomla.benchmarks;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Results with the questions that table and report ask of them. Of several runs the latest counts. */
record Results(List<Result> all) {

    Results {
        all = List.copyOf(all);
    }

    /** Valid results of a benchmark on a layer, one a point, engine and number of threads, by size and batch. */
    List<Result> of(String benchmark, String layer) {
        Map<List<Object>, Result> latest = new LinkedHashMap<>();
        valid().filter(r -> r.point().benchmark().equals(benchmark) && r.point().layer().equals(layer))
                .forEach(r -> latest.merge(List.of(r.point(), r.engine(), r.threads()), r, Results::better));
        return latest.values().stream().sorted(
                Comparator.comparingInt((Result r) -> r.point().size()).thenComparingInt(r -> r.point().batch()))
                .toList();
    }

    /**
     * The latest valid result of a point on an engine, with the fewest threads. The peer runs beside each engine: its
     * fastest result counts.
     */
    Optional<Result> find(Point point, String engine) {
        Stream<Result> found = valid()
                .filter(r -> r.point().equals(point) && r.engine().equals(engine) && r.threads() == threads());
        return found.reduce(Results::better);
    }

    /** Which of two results of the same point, engine and threads counts: the later, and of the peer the faster. */
    private static Result better(Result before, Result after) {
        return after.peer() && before.seconds() < after.seconds() ? before : after;
    }

    /** The fewest threads that something was measured on: those of every comparison but that of threads. */
    int threads() {
        return valid().mapToInt(Result::threads).min().orElse(1);
    }

    /** The engines that have results, by name; the library's come first. */
    List<String> engines() {
        return valid().sorted(Comparator.comparing(Result::peer).thenComparing(Result::engine)).map(Result::engine)
                .distinct().toList();
    }

    /** Results without a time. */
    List<Result> failures() {
        return all.stream().filter(r -> !r.valid()).toList();
    }

    private Stream<Result> valid() {
        return all.stream().filter(Result::valid);
    }

    /** The last run. */
    Result.Run run() {
        return all.getLast().run();
    }
}
