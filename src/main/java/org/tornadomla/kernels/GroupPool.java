package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Rows of the latent pool as kernels of work-groups read and write them, inlined there. A kernel is given the pool
 * twice: as floats, and as pairs of {@link Bf16} numbers. {@link #NARROW} says which of the two is the pool; the other
 * is an array of one element that nothing reads.
 */
public final class GroupPool {

    /** Added to the rotary layout, as {@link Rotary} numbers them, in a kernel's flags: the pool holds pairs. */
    public static final int NARROW = 4;
    /** Added to the flags: latents are normed before they are written. */
    public static final int NORMALISE = 8;
    /** Added to the flags: the weights that the kernel multiplies with have least values. */
    public static final int LEAST = 16;

    /**
     * Added to the flags: the pool holds {@link Int8Rows}, given as pairs. {@link GroupLatentWriteInt8} writes such
     * rows.
     */
    public static final int BYTES = 32;

    private static final int LAYOUTS = 3;

    private GroupPool() {
    }

    /** The rotary layout. */
    static int layout(int flags) {
        return flags & LAYOUTS;
    }

    /** 1 where the weights have least values, else 0. */
    static int least(int flags) {
        return (flags & LEAST) / LEAST;
    }

    /** Elements of the pool's array that a row takes, unless it is one of {@link Int8Rows}. */
    static int words(int latentDim, int ropeDim, int flags) {
        int words = Groups.padded(latentDim) + Groups.padded(ropeDim);
        if ((flags & NARROW) != 0) {
            words = Groups.pairs(latentDim, ropeDim);
        }
        return words;
    }

    /** Rows that {@link #write} has to write: none of those that another kernel writes. */
    static int writes(IntArray step, int flags) {
        return (1 - (flags & BYTES) / BYTES) * step.get(StepLayout.WRITES);
    }

    /** Where a token's latent begins among the rows that a product left: they end with latent and rotary key. */
    static int latentAt(IntArray step, int record, int kvStride, int latentDim, int ropeDim) {
        // A copied row has no token; the first one's is read, and not used.
        return (Math.max(0, step.get(record + StepLayout.WRITE_SOURCE)) + 1) * kvStride - latentDim - ropeDim;
    }

    static int record(IntArray step, int write) {
        return step.get(StepLayout.WRITES_AT) + write * StepLayout.WRITE_RECORD;
    }

    /** A work-item's part of the sum of a latent's squares; parameters as of {@link #write}. */
    static float squares(FloatArray kv, IntArray step, int write, int kvStride, int latentDim, int ropeDim, int item,
            int items) {
        int from = latentAt(step, record(step, write), kvStride, latentDim, ropeDim);
        float squares = 0f;
        for (int e = item; e < latentDim; e += items) {
            float value = kv.get(from + e);
            squares += value * value;
        }
        return squares;
    }

    /**
     * Writes a row of the pool, of a new token or the copy of another row: the work-items of a group together, each
     * some of its numbers. Norm and rotation are float32; a narrow pool's numbers are rounded once, to nearest even.
     *
     * @param kv        [context tokens, kvStride] floats; the last of a row are a latent before its norm, then the key
     *                      before rotation. Not modified
     * @param norm      [latentDim + 1] floats: the norm's weights, then what it adds to the mean square; read with
     *                      {@link #NORMALISE}. Not modified
     * @param angles    [positions, ropeDim] floats, as {@link Turns} reads them. Not modified
     * @param step      write records. Not modified
     * @param write     number of the write record
     * @param item      number of the work-item in its group
     * @param items     work-items of the group
     * @param squares   sum of the latent's squares
     * @param latentDim floats of a latent
     * @param ropeDim   floats of a rotary key
     * @param kvStride  floats between rows of kv
     * @param flags     rotary layout, {@link #NARROW}, {@link #NORMALISE}
     * @param pool      [slots, latent and rotary key, each padded to sixteen] floats. One row is modified
     * @param pairs     [slots, ints of a row] pairs. One row is modified
     */
    static void write(FloatArray kv, FloatArray norm, FloatArray angles, IntArray step, int write, int item, int items,
            float squares, int latentDim, int ropeDim, int kvStride, int flags, FloatArray pool, IntArray pairs) {
        int record = record(step, write);
        int words = words(latentDim, ropeDim, flags);
        int to = step.get(record + StepLayout.WRITE_SLOT) * words;
        int source = step.get(record + StepLayout.WRITE_SOURCE);
        int position = step.get(record + StepLayout.WRITE_POSITION);
        int from = latentAt(step, record, kvStride, latentDim, ropeDim);
        float scale = 1f;
        if ((flags & NORMALISE) != 0) {
            scale = 1f / TornadoMath.sqrt(squares / latentDim + norm.get(latentDim));
        }
        int halves = 1 + (flags & NARROW) / NARROW;
        for (int e = item; e < words; e += items) {
            float number = 0f;
            int pair = 0;
            // One call of each helper, in a loop: with two this one is too large for TornadoVM to inline.
            for (int half = 0; half < halves; half++) {
                number = element(kv, from, norm, angles, position, latentDim, ropeDim, flags, scale,
                        place(e, flags) + half * Lanes.WIDTH);
                pair |= Bf16.rounded(number) << 16 * half;
            }
            if ((flags & NARROW) != 0) {
                if (source < 0) {
                    pair = pairs.get((-1 - source) * words + e);
                }
                pairs.set(to + e, pair);
            } else {
                if (source < 0) {
                    number = pool.get((-1 - source) * words + e);
                }
                pool.set(to + e, number);
            }
        }
    }

    /** Which number of a row stands in an element of the pool's array, in its lower half where it holds two. */
    private static int place(int element, int flags) {
        int place = element;
        if ((flags & NARROW) != 0) {
            place = Groups.lower(element);
        }
        return place;
    }

    /**
     * A number of a row of the pool.
     *
     * @param from    where the token's latent begins in kv
     * @param scale   the norm's factor
     * @param element which number of the padded row; 0 in the padding and behind it
     */
    private static float element(FloatArray kv, int from, FloatArray norm, FloatArray angles, int position,
            int latentDim, int ropeDim, int flags, float scale, int element) {
        float number = 0f;
        if (element < latentDim) {
            number = kv.get(from + element);
            if ((flags & NORMALISE) != 0) {
                number = number * scale * norm.get(element);
            }
        } else {
            // No condition: in some sizes it would always hold, which TornadoVM finds out too late to compile it.
            int place = element - Groups.padded(latentDim);
            int padding = Math.min(1, Math.max(0, -place) + Math.max(0, place - ropeDim + 1));
            number = (1 - padding) * Turns.element(kv, from + latentDim, angles, position, ropeDim, layout(flags),
                    Math.min(Math.max(place, 0), ropeDim - 1));
        }
        return number;
    }
}
