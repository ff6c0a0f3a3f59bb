package org.tornadomla.weights;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The way of attended latents to values as a step of a graph of work-groups, the weight left open: rows of the
 * expansion, see {@link org.tornadomla.kernels.GroupValueUp}.
 *
 * @param name         of the step
 * @param partial      what ranges of keys gave: [units, heads, latent] floats, then [units, heads, 2] statistics
 * @param statisticsAt where the statistics begin
 * @param maxSplits    most ranges of a token
 * @param step         counts
 * @param heads        number of heads
 * @param outputs      floats of a head's value
 * @param headRows     rows of a head in the weight
 * @param rowAt        the first row of a head that makes values
 * @param values       [tokens, heads, outputs] floats
 */
public record HeadValues(String name, FloatArray partial, int statisticsAt, int maxSplits, IntArray step, int heads,
        int outputs, int headRows, int rowAt, FloatArray values) {
}
