package org.tornadomla.contract;

import java.util.Arrays;

import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.reference.Operations;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Seeds;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/**
 * Queries and a paged sequence for the attention kernels: token i sees keys from 2i mod 5 up to as many before the last
 * as tokens follow it. Pages go backwards, a second sequence shares the round, and whatever nobody should read is NaN.
 */
final class AttentionProblem {

    /** Keys of the sequence that is in the round and that nobody asks. */
    static final int DECOY_KEYS = 3;

    final int tokens;
    final int heads;
    final int keys;
    final int pageTokens;
    final int splits;
    final boolean masked;
    private final int positions;
    final StepBuffer step;
    private final float[] mask;
    private final int[] pages;
    private boolean[][] chosen;

    AttentionProblem(int tokens, int heads, int keys, int pageTokens, int splits, boolean masked) {
        this(tokens, heads, keys, pageTokens, splits, masked, 1);
    }

    /** @param positions tokens stand at positions below this, which are not in order */
    AttentionProblem(int tokens, int heads, int keys, int pageTokens, int splits, boolean masked, int positions) {
        this.positions = positions;
        this.tokens = tokens;
        this.heads = heads;
        this.keys = keys;
        this.pageTokens = pageTokens;
        this.splits = splits;
        this.masked = masked;
        int tableLength = Math.ceilDiv(Math.max(keys, DECOY_KEYS), pageTokens);
        this.pages = new int[Math.ceilDiv(keys, pageTokens)];
        Arrays.setAll(pages, i -> pages.length - i);
        this.step = new StepBuffer(Capacity.builder().tokens(tokens).sequences(3).writes(1)
                .pages(pageTokens, tableLength, slots()).positions(positions).splits(splits, tokens * splits)
                .expandedKeys(keys + DECOY_KEYS).maskFloats(tokens * heads * keys).build());
        this.mask = Seeds.normal(99, tokens * heads * keys);
        for (int i = 0; i < mask.length; i += 7) {
            mask[i] = -3e38f;
        }
        Arrays.fill(mask, (tokens - 1) * heads * keys, (tokens - 1) * heads * keys + (tokens > 2 ? keys : 0), -3e38f);
        step.clear();
        int[] decoy = new int[Math.ceilDiv(DECOY_KEYS, pageTokens)];
        step.addSequence(decoy, DECOY_KEYS);
        int sequence = step.addSequence(pages, keys);
        for (int token = 0; token < tokens; token++) {
            step.addToken(sequence, position(token), from(token), to(token), token * heads * keys);
        }
        step.finish(heads, splits, 0, masked, keys);
    }

    /** The position that a token's query is turned by. */
    int position(int token) {
        return (7 * token + 5) % positions;
    }

    /** The first key that a token sees. */
    int from(int token) {
        return Math.min(2 * token % 5, to(token));
    }

    /** One past the last key that a token sees. */
    int to(int token) {
        return Math.max(0, keys - (tokens - 1 - token));
    }

    /** Page 0 is nobody's. */
    private int slots() {
        return (pages.length + 1) * pageTokens;
    }

    /** The pool with its keys' rows in their slots, [latent, padding, rotary, padding]; NaN elsewhere. */
    VectorFloat16 pool(float[] latents, int latentDim, float[] rotary, int ropeDim) {
        int latentVectors = Padding.vectors(latentDim);
        int rowVectors = latentVectors + Padding.vectors(ropeDim);
        VectorFloat16 pool = new VectorFloat16(slots() * rowVectors * Padding.LANES);
        pool.getArray().init(Float.NaN);
        for (int key = 0; key < keys; key++) {
            int row = (pages[key / pageTokens] * pageTokens + key % pageTokens) * rowVectors;
            for (int i = 0; i < rowVectors * Padding.LANES; i++) {
                pool.getArray().set(row * Padding.LANES + i, 0f);
            }
            KernelRun.put(pool, row, latents, key * latentDim, latentDim);
            KernelRun.put(pool, row + latentVectors, rotary, key * ropeDim, ropeDim);
        }
        return pool;
    }

    /** The {@link #pool} in a format of fewer bits, to which its numbers are rounded; NaN elsewhere. */
    VectorInt16 packedPool(CacheType type, float[] latents, int latentDim, float[] rotary, int ropeDim) {
        PoolRows format = new PoolRows(type, latentDim, ropeDim);
        int rotaryAt = Padding.toVectors(latentDim);
        float[] rows = new float[keys * (rotaryAt + Padding.toVectors(ropeDim))];
        for (int key = 0; key < keys; key++) {
            int row = key * (rotaryAt + Padding.toVectors(ropeDim));
            System.arraycopy(latents, key * latentDim, rows, row, latentDim);
            System.arraycopy(rotary, key * ropeDim, rows, row + rotaryAt, ropeDim);
        }
        IntArray packed = format.packed(rows);
        VectorInt16 pool = new VectorInt16(slots() * format.ints() / Padding.LANES);
        pool.getArray().init(0x7FC07FC0);
        for (int key = 0; key < keys; key++) {
            int row = (pages[key / pageTokens] * pageTokens + key % pageTokens) * format.ints();
            for (int i = 0; i < format.ints(); i++) {
                pool.getArray().set(row + i, packed.get(key * format.ints() + i));
            }
        }
        return pool;
    }

    /**
     * Rows of heads of tokens, put into lanes of sixteen heads; lanes without a head are NaN, which none may mix with
     * another.
     */
    static VectorFloat16 lanes(VectorFloat16 packed, int tokens, int heads, int rowVectors) {
        int groups = Math.ceilDiv(heads, 16);
        VectorFloat16 lanes = new VectorFloat16(tokens * groups * rowVectors * 16 * 16);
        lanes.getArray().init(Float.NaN);
        for (int row = 0; row < tokens * heads; row++) {
            int group = row / heads * groups + row % heads / 16;
            for (int element = 0; element < rowVectors * 16; element++) {
                lanes.getArray().set((group * rowVectors * 16 + element) * 16 + row % heads % 16,
                        packed.getArray().get(row * rowVectors * 16 + element));
            }
        }
        return lanes;
    }

    /** Rows of heads of tokens, put into lanes of sixteen tokens, [heads, tiles]; lanes without a token are NaN. */
    static VectorFloat16 tileLanes(VectorFloat16 packed, int tokens, int heads, int rowVectors) {
        int tiles = Math.ceilDiv(tokens, 16);
        VectorFloat16 lanes = new VectorFloat16(tiles * heads * rowVectors * 16 * 16);
        lanes.getArray().init(Float.NaN);
        for (int row = 0; row < tokens * heads; row++) {
            int token = row / heads;
            int unit = row % heads * tiles + token / 16;
            for (int element = 0; element < rowVectors * 16; element++) {
                lanes.getArray().set((unit * rowVectors * 16 + element) * 16 + token % 16,
                        packed.getArray().get(row * rowVectors * 16 + element));
            }
        }
        return lanes;
    }

    /**
     * Chooses keys of each token, which then attends to no others: all that it sees, or so many spread over them.
     *
     * @return [tokens, most] keys in ascending order; -1 where fewer are chosen
     */
    IntArray choose(int most) {
        chosen = new boolean[tokens][keys];
        IntArray places = new IntArray(tokens * most);
        places.init(-1);
        for (int token = 0; token < tokens; token++) {
            int seen = to(token) - from(token);
            for (int i = 0; i < Math.min(seen, most); i++) {
                int key = from(token) + (seen <= most ? i : i * seen / most);
                chosen[token][key] = true;
                places.set(token * most + i, key);
            }
        }
        return places;
    }

    /** The mask as kernels read it; NaN when the round has none. */
    FloatArray mask() {
        FloatArray array = new FloatArray(mask.length);
        for (int i = 0; i < mask.length; i++) {
            array.set(i, masked ? mask[i] : Float.NaN);
        }
        return array;
    }

    /** Shares of the keys in a token's head, from scores without a mask. */
    double[] shares(int token, int head, double[] scores) {
        double[] visible = new double[keys];
        for (int key = 0; key < keys; key++) {
            float added = masked ? mask[(token * heads + head) * keys + key] : 0;
            boolean seen = key >= from(token) && key < to(token) && added > -1e30f
                    && (chosen == null || chosen[token][key]);
            visible[key] = seen ? scores[key] + added : Double.NEGATIVE_INFINITY;
        }
        return Operations.softmax(visible).weights();
    }

    /**
     * Largest error of a weighted sum of rows as a fraction of the largest value: the shares are off by twice the error
     * of their exponents, the sum over keys rounds once a key, and exponentials and merging take the rest.
     *
     * @param terms  products of a score
     * @param scores [..] scores
     * @param sums   largest sum of magnitudes of a score's products
     */
    double bound(int terms, double[] scores, double sums) {
        double widest = Arrays.stream(scores).map(Math::abs).max().orElse(0) + 4;
        double exponent = ((terms + 2) * sums + 2 * widest) * KernelRun.ROUNDING;
        return 4 * exponent + (keys + 2 * splits + 16) * KernelRun.ROUNDING;
    }

    static double dot(float[] a, int aAt, float[] b, int bAt, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += (double) a[aAt + i] * b[bAt + i];
        }
        return sum;
    }

    static double magnitude(float[] a, int aAt, float[] b, int bAt, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.abs((double) a[aAt + i] * b[bAt + i]);
        }
        return sum;
    }

    static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
