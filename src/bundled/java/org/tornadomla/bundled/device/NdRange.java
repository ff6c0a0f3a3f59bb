package org.tornadomla.bundled.device;

/**
 * Work-items of a launch.
 *
 * @param global work-items a dimension; length 3, unused ones are 1
 * @param local  work-items of a group a dimension; length 3, each divides its global size; null lets the device choose
 */
public record NdRange(long[] global, long[] local) {
}
