package org.tornadomla.weights;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The way of queries into the latent space as a step of a graph of work-groups, the weight left open: rows of the
 * expansion, see {@link org.tornadomla.kernels.GroupAbsorbedQuery}. The step writes new rows of the pool besides.
 *
 * @param name     of the step
 * @param queries  [tokens, stride] floats, a row of heads
 * @param stride   floats between rows of queries
 * @param head     floats of a head of queries
 * @param step     counts
 * @param heads    number of heads
 * @param inputs   floats of a head's part without position
 * @param headRows rows of a head in the weight
 * @param write    rows of the pool
 * @param packed   [tokens, heads, latent] floats
 */
public record HeadQueries(String name, FloatArray queries, int stride, int head, IntArray step, int heads, int inputs,
        int headRows, PoolWrite write, FloatArray packed) {

    /**
     * New rows of a pool.
     *
     * @param kv     [tokens, stride] floats, the last of a row are latent and rotary key
     * @param stride floats between rows of kv
     * @param norm   [latent + 1] floats: weights of the latent's norm, and what it adds to the mean square
     * @param angles [positions, rope] floats: cosines, then sines
     * @param flags  of {@link org.tornadomla.kernels.GroupPool}
     * @param pool   the pool as floats; one that no kernel reads where flags say so
     * @param pairs  the pool as pairs; one that no kernel reads where flags say so
     */
    public record PoolWrite(FloatArray kv, int stride, FloatArray norm, FloatArray angles, int flags, FloatArray pool,
            IntArray pairs) {
    }
}
