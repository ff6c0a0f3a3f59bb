package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Takes queries into the latent space, q_lat = q_nope W_UK of the head, so that attention reads the cache as it is. */
public final class AbsorbedQuery {

    private AbsorbedQuery() {
    }

    /**
     * Writes the latent part of the packed queries. A work-item owns 16 latent columns of one head and walks over the
     * tokens.
     *
     * @param q             [tokens, qStride] vectors, a row of heads of [nopeVectors | ropeVectors]. Not modified
     * @param wUk           [heads, latentVectors, 16 nopeVectors] vectors: for each element of q_nope the weights of 16
     *                          latent columns. Not modified
     * @param step          counts. Not modified
     * @param heads         number of heads
     * @param nopeVectors   vectors of a head's part without position
     * @param headVectors   vectors of a head in q
     * @param latentVectors vectors of a latent
     * @param qStride       vectors between rows of q
     * @param packedRow     vectors of a packed head
     * @param scale         factor on everything written: the softmax scale
     * @param packed        [tokens, heads, packedRow] vectors; the first latentVectors of a head are written. Modified
     */
    public static void rows(VectorFloat16 q, VectorFloat16 wUk, IntArray step, int heads, int nopeVectors,
            int headVectors, int latentVectors, int qStride, int packedRow, float scale, VectorFloat16 packed) {
        for (@Parallel
        int unit = 0; unit < heads * latentVectors; unit++) {
            int head = unit / latentVectors;
            int column = unit - head * latentVectors;
            int tokens = step.get(StepLayout.TOKENS);
            for (int token = 0; token < tokens; token++) {
                int from = token * qStride + head * headVectors;
                Float16 sum = Lanes.zero();
                for (int n = 0; n < nopeVectors; n++) {
                    sum = Lanes.timesRows(q.get(from + n), wUk, (unit * nopeVectors + n) * Lanes.WIDTH, sum);
                }
                packed.set((token * heads + head) * packedRow + column, Lanes.times(sum, scale));
            }
        }
    }

    /**
     * Writes four vectors of a head, from the last to the first: those behind the latent go where a later one goes too.
     * A condition would leave sums unused in some sizes, which TornadoVM 5.2 does not compile.
     *
     * @param packed receives them. Modified
     * @param to     where the first goes
     * @param last   how far the latent's last vector is behind it
     */
    static void put(VectorFloat16 packed, int to, int last, float scale, Float16 a, Float16 b, Float16 c, Float16 d) {
        packed.set(to + Math.min(3, last), Lanes.times(d, scale));
        packed.set(to + Math.min(2, last), Lanes.times(c, scale));
        packed.set(to + Math.min(1, last), Lanes.times(b, scale));
        packed.set(to, Lanes.times(a, scale));
    }
}
