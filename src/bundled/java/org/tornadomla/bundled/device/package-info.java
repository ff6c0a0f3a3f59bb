/**
 * What the bundled runtime asks of a device: the seam between the plan executor, which knows graphs and transfers, and
 * the engines ({@code jvm}, {@code opencl}), which know memory and kernels.
 */
package org.tornadomla.bundled.device;
