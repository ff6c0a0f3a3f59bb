/**
 * The device code: annotated static methods, one file an operation, for TornadoVM's compilers and the bundled engines.
 *
 * <p>Shapes in brackets are row-major. A {@code VectorFloat16} of shape [rows, n/16] holds rows of n floats, 16 to a
 * vector; "padded" widths are the next multiple of 16 (a vector) or 64 (a column block of
 * {@link org.tornadomla.kernels.MatMul}), and what lies between the true and the padded width is zero. Kernels check
 * nothing: the graph package checks shapes on the host.
 *
 * <p>Primitive parameters are constants of the compiled kernel. What changes between executions is read from
 * {@code step}, the small integer array laid out by {@link org.tornadomla.kernels.StepLayout}.
 */
package org.tornadomla.kernels;
