package org.tornadomla.weights;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The way of queries into the latent space as a step of a graph of work-groups, the weight left open: rows of the
 * expansion, see {@link org.tornadomla.kernels.GroupAbsorbedQuery}.
 *
 * @param name     of the step
 * @param queries  [tokens, stride] floats, a row of heads
 * @param stride   floats between rows of queries
 * @param head     floats of a head of queries
 * @param step     counts
 * @param heads    number of heads
 * @param inputs   floats of a head's part without position
 * @param headRows rows of a head in the weight
 * @param scale    factor on all that is written
 * @param packed   [tokens, heads, latent] floats
 */
public record HeadQueries(String name, FloatArray queries, int stride, int head, IntArray step, int heads, int inputs,
        int headRows, float scale, FloatArray packed) {
}
