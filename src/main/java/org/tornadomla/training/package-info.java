/**
 * Training as task graphs: a tape collects operations on rows of floats, and becomes a graph that computes them, and
 * one that computes their gradients in the opposite order.
 */
@NullMarked
package org.tornadomla.training;

import org.jspecify.annotations.NullMarked;
