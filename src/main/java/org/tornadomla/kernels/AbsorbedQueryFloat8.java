package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Takes queries into the latent space as {@link AbsorbedQuery} does, with weights in FP8 and a scale for each
 * {@link Int8#SCALED} latent columns of an element of q_nope.
 */
public final class AbsorbedQueryFloat8 {

    /** Vectors of latent columns that share scales. */
    private static final int GROUP = Int8.SCALED / Lanes.WIDTH;

    private AbsorbedQueryFloat8() {
    }

    /**
     * Writes the latent part of the packed queries. A work-item owns a block of 64 latent columns of one head and walks
     * over the tokens.
     *
     * @param q      [tokens, qStride] vectors, a row of heads of [nopeVectors | ropeVectors]. Not modified
     * @param w      [heads, blocks, 16 nopeVectors] vectors of {@link Float8} numbers: for each element of q_nope the
     *                   weights of 64 latent columns. Not modified
     * @param scales [heads, ceil(latentVectors / 8), nopeVectors] vectors: the scale of an element of q_nope for 128
     *                   columns. Not modified
     * @param step   counts, and behind it the sizes of {@link AbsorbedQuery#rows}. Not modified
     * @param packed [tokens, heads, packedRow] vectors; the first latentVectors of a head are written. Modified
     */
    public static void rows(VectorFloat16 q, VectorInt16 w, VectorFloat16 scales, IntArray step, int heads,
            int nopeVectors, int headVectors, int latentVectors, int qStride, int packedRow, float scale,
            VectorFloat16 packed) {
        for (@Parallel
        int unit = 0; unit < heads * ((latentVectors + MatMul.VECTORS - 1) / MatMul.VECTORS); unit++) {
            int head = unit / ((latentVectors + MatMul.VECTORS - 1) / MatMul.VECTORS);
            int column = (unit - head * ((latentVectors + MatMul.VECTORS - 1) / MatMul.VECTORS)) * MatMul.VECTORS;
            int tokens = step.get(StepLayout.TOKENS);
            int scaleBase = (head * ((latentVectors + GROUP - 1) / GROUP) + column / GROUP) * nopeVectors;
            float[] lanes = new float[Lanes.WIDTH];
            for (int token = 0; token < tokens; token++) {
                int from = token * qStride + head * headVectors;
                Float16 a = Lanes.zero();
                Float16 b = Lanes.zero();
                Float16 c = Lanes.zero();
                Float16 d = Lanes.zero();
                for (int n = 0; n < nopeVectors; n++) {
                    Lanes.unpack(Float16.mult(q.get(from + n), scales.get(scaleBase + n)), lanes, 0);
                    int at = (unit * nopeVectors + n) * Lanes.WIDTH;
                    for (int i = 0; i < Lanes.WIDTH; i++) {
                        float s = lanes[i];
                        a = Float16.add(a, Lanes.times(Float8.numbers(w, at + i, Int8.FIRST), s));
                        b = Float16.add(b, Lanes.times(Float8.numbers(w, at + i, Int8.SECOND), s));
                        c = Float16.add(c, Lanes.times(Float8.numbers(w, at + i, Int8.THIRD), s));
                        d = Float16.add(d, Lanes.times(Float8.numbers(w, at + i, Int8.FOURTH), s));
                    }
                }
                AbsorbedQuery.put(packed, (token * heads + head) * packedRow + column, latentVectors - 1 - column,
                        scale, a, b, c, d);
            }
        }
    }
}
