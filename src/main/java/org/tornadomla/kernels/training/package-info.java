/**
 * The device code of training: gradients of the operations, and the steps of optimisers, one file an operation. Rows
 * are vectors of 16 floats, padded with zeros to {@link org.tornadomla.kernels.MatMul#BLOCK} floats; the products
 * themselves are those of {@link org.tornadomla.kernels.MatMul}.
 */
package org.tornadomla.kernels.training;
