package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Takes queries into the latent space as {@link AbsorbedQuery} does, with weights of a block format: whole numbers of 8
 * bits, with a scale and, where the format has such, a least value for some latent columns of an element of q_nope. A
 * weight is {@code scale * n - least}.
 */
public final class AbsorbedQueryBlocks {

    private AbsorbedQueryBlocks() {
    }

    /**
     * Writes the latent part of the packed queries. A work-item owns a block of 64 latent columns of one head and walks
     * over the tokens.
     *
     * @param q      [tokens, qStride] vectors, a row of heads of [nopeVectors | ropeVectors]. Not modified
     * @param w      [heads, blocks, 16 nopeVectors] vectors of {@link Int8} numbers: for each element of q_nope the
     *                   weights of 64 latent columns. Not modified
     * @param scales [heads, ceil(latentVectors / scaled), 1 + leasts, nopeVectors] vectors: the scale of an element of
     *                   q_nope for some columns, and its least value. Not modified
     * @param scaled vectors of latent columns that share a scale
     * @param leasts 1 where there are least values
     * @param step   counts, and behind it the sizes of {@link AbsorbedQuery#rows}. Not modified
     * @param packed [tokens, heads, packedRow] vectors; the first latentVectors of a head are written. Modified
     */
    public static void rows(VectorFloat16 q, VectorInt16 w, VectorFloat16 scales, int scaled, int leasts, IntArray step,
            int heads, int nopeVectors, int headVectors, int latentVectors, int qStride, int packedRow, float scale,
            VectorFloat16 packed) {
        for (@Parallel
        int unit = 0; unit < heads * ((latentVectors + MatMul.VECTORS - 1) / MatMul.VECTORS); unit++) {
            int head = unit / ((latentVectors + MatMul.VECTORS - 1) / MatMul.VECTORS);
            int column = (unit - head * ((latentVectors + MatMul.VECTORS - 1) / MatMul.VECTORS)) * MatMul.VECTORS;
            int tokens = step.get(StepLayout.TOKENS);
            int last = latentVectors - 1;
            int groupRow = (1 + leasts) * nopeVectors;
            int scaleBase = head * ((latentVectors + scaled - 1) / scaled) * groupRow;
            int at0 = scaleBase + column / scaled * groupRow;
            int at1 = scaleBase + Math.min(column + 1, last) / scaled * groupRow;
            int at2 = scaleBase + Math.min(column + 2, last) / scaled * groupRow;
            int at3 = scaleBase + Math.min(column + 3, last) / scaled * groupRow;
            float[] lanes = new float[MatMul.BLOCK];
            for (int token = 0; token < tokens; token++) {
                int from = token * qStride + head * headVectors;
                Float16 a = Lanes.zero();
                Float16 b = Lanes.zero();
                Float16 c = Lanes.zero();
                Float16 d = Lanes.zero();
                for (int n = 0; n < nopeVectors; n++) {
                    Float16 query = q.get(from + n);
                    Lanes.unpack(Float16.mult(query, scales.get(at0 + n)), lanes, 0);
                    Lanes.unpack(Float16.mult(query, scales.get(at1 + n)), lanes, Lanes.WIDTH);
                    Lanes.unpack(Float16.mult(query, scales.get(at2 + n)), lanes, 2 * Lanes.WIDTH);
                    Lanes.unpack(Float16.mult(query, scales.get(at3 + n)), lanes, 3 * Lanes.WIDTH);
                    int at = (unit * nopeVectors + n) * Lanes.WIDTH;
                    for (int i = 0; i < Lanes.WIDTH; i++) {
                        a = Float16.add(a, Lanes.times(Int8.numbers(w, at + i, Int8.FIRST), lanes[i]));
                        b = Float16.add(b, Lanes.times(Int8.numbers(w, at + i, Int8.SECOND), lanes[16 + i]));
                        c = Float16.add(c, Lanes.times(Int8.numbers(w, at + i, Int8.THIRD), lanes[32 + i]));
                        d = Float16.add(d, Lanes.times(Int8.numbers(w, at + i, Int8.FOURTH), lanes[48 + i]));
                    }
                }
                if (leasts == 1) {
                    Float16 la = Lanes.zero();
                    Float16 lb = Lanes.zero();
                    Float16 lc = Lanes.zero();
                    Float16 ld = Lanes.zero();
                    for (int n = 0; n < nopeVectors; n++) {
                        Float16 query = q.get(from + n);
                        la = Float16.add(la, Float16.mult(query, scales.get(at0 + nopeVectors + n)));
                        lb = Float16.add(lb, Float16.mult(query, scales.get(at1 + nopeVectors + n)));
                        lc = Float16.add(lc, Float16.mult(query, scales.get(at2 + nopeVectors + n)));
                        ld = Float16.add(ld, Float16.mult(query, scales.get(at3 + nopeVectors + n)));
                    }
                    a = Float16.sub(a, Lanes.splat(Lanes.sum(la)));
                    b = Float16.sub(b, Lanes.splat(Lanes.sum(lb)));
                    c = Float16.sub(c, Lanes.splat(Lanes.sum(lc)));
                    d = Float16.sub(d, Lanes.splat(Lanes.sum(ld)));
                }
                AbsorbedQuery.put(packed, (token * heads + head) * packedRow + column, last - column, scale, a, b, c,
                        d);
            }
        }
    }
}
