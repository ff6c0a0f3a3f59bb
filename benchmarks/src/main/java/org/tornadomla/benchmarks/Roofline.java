package org.tornadomla.benchmarks;

/**
 * What a device can do at most, as measured in this run.
 *
 * @param flopsPerSecond arithmetic of a loop of independent multiply-adds
 * @param bytesPerSecond the faster of a copy (read and written bytes) and a sum (read bytes), over 128 MiB
 */
record Roofline(double flopsPerSecond, double bytesPerSecond) {

    /** Least seconds of a workload: arithmetic and memory at once, each at full speed. */
    double floor(Cost cost) {
        return Math.max(arithmetic(cost), memory(cost));
    }

    /** Least seconds of a workload's arithmetic. */
    double arithmetic(Cost cost) {
        return cost.flops() / flopsPerSecond;
    }

    /** Least seconds of a workload's memory. */
    double memory(Cost cost) {
        return cost.bytes() / bytesPerSecond;
    }

    /** The better of two measurements. */
    Roofline or(Roofline other) {
        return new Roofline(Math.max(flopsPerSecond, other.flopsPerSecond),
                Math.max(bytesPerSecond, other.bytesPerSecond));
    }
}
