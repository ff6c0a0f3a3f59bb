package org.tornadomla.weights;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The way of queries into the latent space as a step of a graph, the weight left open; see
 * {@link org.tornadomla.kernels.AbsorbedQuery}.
 *
 * @param name        of the step
 * @param queries     [tokens, qStride] vectors
 * @param step        counts
 * @param headVectors vectors of a head in queries
 * @param qStride     vectors between rows of queries
 * @param packedRow   vectors of a packed head
 * @param scale       factor on everything written
 * @param packed      [tokens, heads, packedRow] vectors
 */
public record AbsorbedQueries(String name, VectorFloat16 queries, IntArray step, int headVectors, int qStride,
        int packedRow, float scale, VectorFloat16 packed) {
}
