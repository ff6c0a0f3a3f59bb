/**
 * The oracle: attention, routing, layers and whole models in plain Java and double precision, written for reading.
 * Every activation is a {@code double[]} in row-major order, every weight a {@code float[]} of shape [out, in] as
 * checkpoints store it. Shares nothing with the kernels but the configuration.
 */
package org.tornadomla.reference;
