package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Absorbed attention: scores and weighted sums on the cached latents themselves, with a streamed softmax.
 *
 * <p>Packed queries and pool rows have the same layout, [latent | rotary], and the softmax scale is in the queries already, so a
 * score is one dot product. A work-item takes one query and one range of its keys, for all heads: a block of keys is read from
 * memory once and serves every group of four heads from the cache near the core.
 */
public final class LatentAttention {

    private LatentAttention() {
    }

    /**
     * Attends to one range of keys a work-item and leaves partial results for {@link SplitMerge}.
     *
     * @param packed        [tokens, heads, rowVectors] vectors, scaled. Not modified
     * @param pool          [slots, rowVectors] vectors. Not modified
     * @param mask          additive, read in rounds that have one, as the token records say. Not modified
     * @param step          counts, token records and block tables. Not modified
     * @param tokensAt      where the token records begin in step
     * @param tablesAt      where the block tables begin in step
     * @param tableLength   pages of a block table
     * @param pageTokens    tokens of a page
     * @param heads         number of heads
     * @param latentVectors vectors of a latent
     * @param rowVectors    vectors of a pool row
     * @param maxima        [units, heads] floats: the largest score of the range. Modified
     * @param sums          [units, heads] floats: the sum of exp(score - maximum). Modified
     * @param partial       [units, heads, latentVectors] vectors: the weighted sum of latents, not divided by the sum. Modified
     */
    public static void split(VectorFloat16 packed, VectorFloat16 pool, FloatArray mask, IntArray step, int tokensAt, int tablesAt,
            int tableLength, int pageTokens, int heads, int latentVectors, int rowVectors, FloatArray maxima,
            FloatArray sums, VectorFloat16 partial) {
        for (@Parallel int unit = 0; unit < step.get(StepLayout.SPLIT_UNITS); unit++) {
            int splits = step.get(StepLayout.SPLITS);
            int token = unit / splits;
            int record = tokensAt + token * StepLayout.TOKEN_RECORD;
            int table = tablesAt + step.get(record + StepLayout.TOKEN_SEQUENCE) * tableLength;
            int from = step.get(record + StepLayout.TOKEN_FROM);
            int to = step.get(record + StepLayout.TOKEN_TO);
            int share = (to - from + splits - 1) / splits;
            int begin = from + (unit - token * splits) * share;
            int end = Math.min(begin + share, to);
            clear(unit, heads, latentVectors, maxima, sums, partial);
            int[] rows = new int[AttentionTile.KEYS];
            float[] scores = new float[AttentionTile.QUERIES * AttentionTile.KEYS];
            for (int block = begin; block < end; block += AttentionTile.KEYS) {
                int keys = Math.min(AttentionTile.KEYS, end - block);
                for (int i = 0; i < AttentionTile.KEYS; i++) {
                    int key = block + Math.min(i, keys - 1);
                    int page = key / pageTokens;
                    rows[i] = (step.get(table + page) * pageTokens + key - page * pageTokens) * rowVectors;
                }
                for (int head = 0; head < heads; head += AttentionTile.QUERIES) {
                    int last = heads - 1;
                    int query = token * heads;
                    int q0 = (query + head) * rowVectors;
                    int q1 = (query + Math.min(head + 1, last)) * rowVectors;
                    int q2 = (query + Math.min(head + 2, last)) * rowVectors;
                    int q3 = (query + Math.min(head + 3, last)) * rowVectors;
                    for (int i = 0; i < keys; i += 2) {
                        AttentionTile.scores(packed, q0, q1, q2, q3, pool, rows[i], rows[i + 1], rowVectors, 0, scores, i);
                    }
                    if (step.get(StepLayout.MASKED) == 1) {
                        addMask(mask, step.get(record + StepLayout.TOKEN_MASK) + block, step.get(StepLayout.MASK_HEAD_STRIDE), keys,
                                head, heads, scores);
                    }
                    int statistics = unit * heads + head;
                    int present = Math.min(AttentionTile.QUERIES, heads - head);
                    float f0 = update(scores, 0, keys, statistics, maxima, sums);
                    float f1 = 0f;
                    float f2 = 0f;
                    float f3 = 0f;
                    if (present > 1) {
                        f1 = update(scores, AttentionTile.KEYS, keys, statistics + 1, maxima, sums);
                    }
                    if (present > 2) {
                        f2 = update(scores, 2 * AttentionTile.KEYS, keys, statistics + 2, maxima, sums);
                    }
                    if (present > 3) {
                        f3 = update(scores, 3 * AttentionTile.KEYS, keys, statistics + 3, maxima, sums);
                    }
                    AttentionTile.accumulate(pool, rows, 0, scores, keys, latentVectors, statistics * latentVectors, latentVectors,
                            present, f0, f1, f2, f3, partial);
                }
            }
        }
    }

    private static void clear(int unit, int heads, int latentVectors, FloatArray maxima, FloatArray sums, VectorFloat16 partial) {
        for (int head = 0; head < heads; head++) {
            maxima.set(unit * heads + head, Softmax.HIDDEN);
            sums.set(unit * heads + head, 0f);
        }
        for (int v = 0; v < heads * latentVectors; v++) {
            partial.set(unit * heads * latentVectors + v, Lanes.zero());
        }
    }

    private static void addMask(FloatArray mask, int at, int headStride, int keys, int head, int heads, float[] scores) {
        for (int h = 0; h < AttentionTile.QUERIES; h++) {
            int row = at + Math.min(head + h, heads - 1) * headStride;
            for (int i = 0; i < keys; i++) {
                scores[h * AttentionTile.KEYS + i] = scores[h * AttentionTile.KEYS + i] + mask.get(row + i);
            }
        }
    }

    /** Folds a block's scores into a head's maximum and sum; returns the factor for what was accumulated before. */
    private static float update(float[] scores, int at, int keys, int statistics, FloatArray maxima, FloatArray sums) {
        float before = maxima.get(statistics);
        float maximum = Softmax.maximum(scores, at, keys, before);
        float factor = TornadoMath.exp(before - maximum);
        float sum = Softmax.exponentials(scores, at, keys, maximum);
        maxima.set(statistics, maximum);
        sums.set(statistics, sums.get(statistics) * factor + sum);
        return factor;
    }
}
