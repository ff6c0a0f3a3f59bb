package org.tornadomla.weights;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The way of attended latents to values as a step of a graph, the weight left open; see
 * {@link org.tornadomla.kernels.ValueUp}.
 *
 * @param name    of the step
 * @param latents [tokens, heads, latent] vectors
 * @param step    counts
 * @param values  [tokens, heads, value] floats
 */
public record AttendedValues(String name, VectorFloat16 latents, IntArray step, FloatArray values) {
}
