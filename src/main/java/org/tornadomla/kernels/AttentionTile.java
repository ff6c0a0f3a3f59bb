package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The register tile of both ways of attending: four query rows (heads of a token, or tokens of a head) against a block of keys.
 * Scores and weights of the tile are in private memory, [4, KEYS]; where each key's row begins is in {@code rows}.
 */
final class AttentionTile {

    /** Keys of a block. */
    static final int KEYS = 32;
    /** Query rows of a tile. */
    static final int QUERIES = 4;

    private AttentionTile() {
    }

    /**
     * Dot products of four query rows with two keys: queries stay in the first-level cache, so that few streams come from further away.
     * The kernels call it from their own loops: TornadoVM inlines helpers of up to 600 nodes only, a larger tile would not be.
     *
     * @param q0     first vector of the first query row, and so on
     * @param k0     first vector of the first key
     * @param k1     first vector of the second
     * @param add    1 to add to the scores, 0 to replace them
     * @param scores where [at, at + 1] the first row's two scores go; each further row's are {@link #KEYS} behind
     */
    static void scores(VectorFloat16 queries, int q0, int q1, int q2, int q3, VectorFloat16 keys, int k0, int k1, int vectors, int add,
            float[] scores, int at) {
        Float16 s00 = Lanes.zero();
        Float16 s01 = Lanes.zero();
        Float16 s10 = Lanes.zero();
        Float16 s11 = Lanes.zero();
        Float16 s20 = Lanes.zero();
        Float16 s21 = Lanes.zero();
        Float16 s30 = Lanes.zero();
        Float16 s31 = Lanes.zero();
        for (int v = 0; v < vectors; v++) {
            Float16 a = keys.get(k0 + v);
            Float16 b = keys.get(k1 + v);
            Float16 q = queries.get(q0 + v);
            s00 = Float16.add(s00, Float16.mult(q, a));
            s01 = Float16.add(s01, Float16.mult(q, b));
            Float16 r = queries.get(q1 + v);
            s10 = Float16.add(s10, Float16.mult(r, a));
            s11 = Float16.add(s11, Float16.mult(r, b));
            Float16 s = queries.get(q2 + v);
            s20 = Float16.add(s20, Float16.mult(s, a));
            s21 = Float16.add(s21, Float16.mult(s, b));
            Float16 t = queries.get(q3 + v);
            s30 = Float16.add(s30, Float16.mult(t, a));
            s31 = Float16.add(s31, Float16.mult(t, b));
        }
        put(scores, at, add, s00, s01);
        put(scores, KEYS + at, add, s10, s11);
        put(scores, 2 * KEYS + at, add, s20, s21);
        put(scores, 3 * KEYS + at, add, s30, s31);
    }

    private static void put(float[] scores, int at, int add, Float16 a, Float16 b) {
        if (add == 1) {
            scores[at] = scores[at] + Lanes.sum(a);
            scores[at + 1] = scores[at + 1] + Lanes.sum(b);
        } else {
            scores[at] = Lanes.sum(a);
            scores[at + 1] = Lanes.sum(b);
        }
    }

    /**
     * Rescales the sums of up to four query rows and adds the block's weighted values, two vectors of the value at a time.
     *
     * @param sumsStride vectors between the sums of two query rows
     * @param present    query rows that exist, 1 to 4
     * @param f0         factor for what the first row's sums hold
     */
    static void accumulate(VectorFloat16 values, int[] rows, int offset, float[] weights, int count, int vectors, int sumsAt,
            int sumsStride, int present, float f0, float f1, float f2, float f3, VectorFloat16 sums) {
        for (int v = 0; v < vectors; v += 2) {
            int second = Math.min(v + 1, vectors - 1);
            Float16 a0 = Lanes.zero();
            Float16 b0 = Lanes.zero();
            Float16 a1 = Lanes.zero();
            Float16 b1 = Lanes.zero();
            Float16 a2 = Lanes.zero();
            Float16 b2 = Lanes.zero();
            Float16 a3 = Lanes.zero();
            Float16 b3 = Lanes.zero();
            for (int i = 0; i < count; i++) {
                Float16 a = values.get(rows[i] + offset + v);
                Float16 b = values.get(rows[i] + offset + second);
                float w0 = weights[i];
                float w1 = weights[KEYS + i];
                float w2 = weights[2 * KEYS + i];
                float w3 = weights[3 * KEYS + i];
                a0 = Float16.add(a0, Lanes.times(a, w0));
                b0 = Float16.add(b0, Lanes.times(b, w0));
                a1 = Float16.add(a1, Lanes.times(a, w1));
                b1 = Float16.add(b1, Lanes.times(b, w1));
                a2 = Float16.add(a2, Lanes.times(a, w2));
                b2 = Float16.add(b2, Lanes.times(b, w2));
                a3 = Float16.add(a3, Lanes.times(a, w3));
                b3 = Float16.add(b3, Lanes.times(b, w3));
            }
            add(sums, sumsAt + v, sumsAt + second, f0, a0, b0);
            if (present > 1) {
                add(sums, sumsAt + sumsStride + v, sumsAt + sumsStride + second, f1, a1, b1);
            }
            if (present > 2) {
                add(sums, sumsAt + 2 * sumsStride + v, sumsAt + 2 * sumsStride + second, f2, a2, b2);
            }
            if (present > 3) {
                add(sums, sumsAt + 3 * sumsStride + v, sumsAt + 3 * sumsStride + second, f3, a3, b3);
            }
        }
    }

    /** Both sums are computed before either is stored, so that a value of one vector, where both places are one, is right. */
    private static void add(VectorFloat16 sums, int first, int second, float factor, Float16 a, Float16 b) {
        Float16 p = Float16.add(Lanes.times(sums.get(first), factor), a);
        Float16 q = Float16.add(Lanes.times(sums.get(second), factor), b);
        sums.set(first, p);
        sums.set(second, q);
    }
}
