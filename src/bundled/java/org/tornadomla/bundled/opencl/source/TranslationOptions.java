package org.tornadomla.bundled.opencl.source;

/**
 * What a translation depends on beside the kernel.
 *
 * @param blocks      parallel loops give each work-item one contiguous block of iterations (CPUs) instead of every n-th
 *                        (GPUs)
 * @param contract    {@code a * b + c} may be computed without rounding the product, and the lanes of a vector may be
 *                        summed in halves; without it + - * / give Java's bits
 * @param fp64        the device computes with 64-bit floats
 * @param longAtomics the device has 64-bit atomic additions
 */
public record TranslationOptions(boolean blocks, boolean contract, boolean fp64, boolean longAtomics) {
}
