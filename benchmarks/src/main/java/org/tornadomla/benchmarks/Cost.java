package org.tornadomla.benchmarks;

/**
 * What a workload cannot do without, from its sizes alone: the same for every way of computing it.
 *
 * @param flops floating-point operations, a multiplication and an addition being two
 * @param bytes bytes that are read or written once: weights, inputs, cache and results, in float32
 */
record Cost(double flops, double bytes) {

    /** The cost of {@code times} such workloads on data of their own. */
    Cost times(double times) {
        return new Cost(flops * times, bytes * times);
    }
}
