package org.tornadomla.benchmarks;

import java.util.Map;

/**
 * One line of a results file.
 *
 * @param point              what was measured
 * @param engine             jvm, opencl or tornadovm; pytorch for the peer, with its form behind a colon where it has
 *                               several
 * @param device             name of the device
 * @param driver             runtime and version underneath
 * @param threads            threads of a CPU
 * @param seconds            median of one run; 0 where the answer was wrong
 * @param bestSeconds        least of one run, which other work on the machine disturbs least
 * @param gflopPerSecond     arithmetic of the point's cost in that time
 * @param gbytePerSecond     memory of the point's cost in that time
 * @param floorFraction      least time by arithmetic and memory of the device, divided by the time
 * @param memoryFraction     least time by memory alone, divided by the time
 * @param arithmeticFraction least time by arithmetic alone, divided by the time
 * @param error              largest difference from the reference as a fraction of the largest magnitude
 * @param ratios             time divided by that of each peer, a median over rounds in which both ran in turns
 * @param bestRatios         best time divided by that of each peer
 * @param tasks              median seconds on the device of each task of one run, by "graph.task", from the device's
 *                               profiler, and {@link TaskShares#OUTSIDE}; runs in a row, so that caches are warm; empty
 *                               where there is no profiler
 * @param failure            why there is no time, or null
 * @param run                where and when
 */
record Result(Point point, String engine, String device, String driver, int threads, double seconds, double bestSeconds,
        double gflopPerSecond, double gbytePerSecond, double floorFraction, double memoryFraction,
        double arithmeticFraction, double error, Map<String, Double> ratios, Map<String, Double> bestRatios,
        Map<String, Double> tasks, String failure, Run run) {

    /**
     * One run of the benchmarks.
     *
     * @param commit  of the library
     * @param date    when it began, ISO 8601
     * @param machine processor and cores
     */
    record Run(String commit, String date, String machine) {
    }

    /** Bytes of the point's cost. */
    double bytes() {
        return gbytePerSecond * seconds * Suite.GIGA;
    }

    /** Seconds that memory and arithmetic take at least. */
    double floor() {
        return floorFraction * seconds;
    }

    /** Seconds that memory alone takes at least. */
    double memoryFloor() {
        return memoryFraction * seconds;
    }

    /** Seconds that arithmetic alone takes at least. */
    double arithmeticFloor() {
        return arithmeticFraction * seconds;
    }

    /** Whether there is a time. */
    boolean valid() {
        return failure == null;
    }

    /** Whether the peer ran, and not the library. */
    boolean peer() {
        return engine.startsWith(Suite.PEER);
    }
}
