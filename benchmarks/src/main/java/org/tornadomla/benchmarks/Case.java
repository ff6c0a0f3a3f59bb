package org.tornadomla.benchmarks;

import java.util.Map;
import java.util.function.Supplier;

/**
 * A point of the suite with what it takes to measure it.
 *
 * @param point what is measured
 * @param ours  builds the library's workload
 * @param peers builds the peer's, by name; none for most
 * @param keeps whether the workload outlives the point, since the next one uses it again
 */
record Case(Point point, Supplier<? extends Workload> ours, Supplier<Map<String, Workload>> peers, boolean keeps) {

    /** A workload of the library alone. */
    static Case alone(Point point, Supplier<? extends Workload> ours) {
        return new Case(point, ours, Map::of, false);
    }

    /** A workload in turns with its peers. */
    static Case compared(Point point, Supplier<? extends Workload> ours, Supplier<Map<String, Workload>> peers) {
        return new Case(point, ours, peers, false);
    }
}
