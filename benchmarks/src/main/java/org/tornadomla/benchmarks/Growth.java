package org.tornadomla.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One workload at several sizes, on one engine and number of threads.
 *
 * @param steps valid results, at least two for a fit
 */
record Growth(List<Result> steps) {

    /** Exponent of a time over the bytes that cannot be done without. */
    double overBytes(ToDoubleFunction<Result> seconds) {
        return exponent(Result::bytes, seconds);
    }

    /** Exponent of the power law nearest to the points. */
    double exponent(ToDoubleFunction<Result> size, ToDoubleFunction<Result> seconds) {
        return PowerFit.of(steps.stream().mapToDouble(size).toArray(), steps.stream().mapToDouble(seconds).toArray())
                .exponent();
    }

    /** The largest of a time divided by a floor, among sizes from one on. */
    double most(int from, ToDoubleFunction<Result> seconds, ToDoubleFunction<Result> floor) {
        return steps.stream().filter(r -> r.point().size() >= from)
                .mapToDouble(r -> seconds.applyAsDouble(r) / floor.applyAsDouble(r)).max().orElse(Double.NaN);
    }
}
