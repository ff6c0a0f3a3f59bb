package org.tornadomla.bundled.opencl.source;

/**
 * What a translation depends on beside the kernel.
 *
 * @param blocks   parallel loops give each work-item one contiguous block of iterations (CPUs) instead of every n-th
 *                     (GPUs)
 * @param contract {@code a * b + c} may be computed without rounding the product; without it + - * / give Java's bits
 * @param fp64     the device computes with 64-bit floats
 * @param lanes    floats of its registers
 */
public record TranslationOptions(boolean blocks, boolean contract, boolean fp64, int lanes) {
}
