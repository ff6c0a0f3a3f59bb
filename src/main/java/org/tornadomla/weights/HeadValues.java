package org.tornadomla.weights;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The way of attended latents to values as a step of a graph of work-groups, the weight left open: rows of the
 * expansion, see {@link org.tornadomla.kernels.GroupValueUp}.
 *
 * @param name     of the step
 * @param latents  [tokens, heads, latent] floats
 * @param step     counts
 * @param heads    number of heads
 * @param outputs  floats of a head's value
 * @param headRows rows of a head in the weight
 * @param rowAt    the first row of a head that makes values
 * @param values   [tokens, heads, outputs] floats
 */
public record HeadValues(String name, FloatArray latents, IntArray step, int heads, int outputs, int headRows,
        int rowAt, FloatArray values) {
}
