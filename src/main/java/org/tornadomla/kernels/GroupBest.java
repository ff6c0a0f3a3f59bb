package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The largest numbers of rows and where they stand, so that a few candidates come to the host and not a row of logits.
 * Two passes: a group finds the largest of a part of a row; then a group finds the largest of what the parts of a row
 * gave. What is found makes a record: how many numbers are finite, then pairs of a number and its place, as a float,
 * which is exact up to 2^24.
 */
public final class GroupBest {

    /** Most candidates of a row. */
    public static final int MOST = 64;
    /** Floats of the longest record. */
    public static final int RECORD = 1 + 2 * MOST;
    /** Numbers of a part of a row. */
    public static final int PART = 1024;
    /** Value of a candidate where there are fewer numbers than are wanted. */
    public static final float NONE = Softmax.HIDDEN;

    /** In flags: what is read are records of the parts of a row. */
    public static final int OF_PARTS = 1;

    /** Behind every place. */
    private static final float NOWHERE = 0x1p24f;

    private GroupBest() {
    }

    /** Parts of a row. */
    public static int parts(int width) {
        return (width + PART - 1) / PART;
    }

    /**
     * Finds the largest numbers of each part of each row, or of the parts of each row, in falling order, of equal ones
     * the first.
     *
     * @param context    groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x          [rows, xStride] floats: rows; with {@link #OF_PARTS} [rows, width] records of their parts. Not
     *                       modified
     * @param step       counts: of rows, and of candidates that are wanted; with none wanted nothing is done. Not
     *                       modified
     * @param width      numbers of a row, or parts
     * @param xStride    floats between rows of x; not used with {@link #OF_PARTS}
     * @param flags      {@link #OF_PARTS}, or 0
     * @param candidates [rows, parts or 1] records of 1 + 2 floats for each candidate that is wanted. Modified
     */
    public static void largest(KernelContext context, FloatArray x, IntArray step, int width, int xStride, int flags,
            FloatArray candidates) {
        float[] best = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        float[] places = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int wanted = step.get(StepLayout.CANDIDATES);
        int pieces = pieces(width, flags);
        int all = Math.min(1, wanted) * step.get(StepLayout.OUTPUT_ROWS) * pieces;
        for (int unit = context.groupIdx; unit < all; unit += groups) {
            int row = unit / pieces;
            int from = (unit - row * pieces) * PART;
            int at = row * stride(width, xStride, wanted, flags) + from;
            int count = count(width, from, wanted, flags);
            int to = unit * (1 + 2 * wanted);
            float own = 0f;
            for (int i = item; i < Math.min(width - from, count); i += items) {
                own += finite(x, at, i, wanted, flags);
            }
            best[item] = own;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    best[item] += best[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            if (item == 0) {
                candidates.set(to, best[0]);
            }
            float limit = Float.MAX_VALUE;
            float limitAt = -1f;
            for (int k = 0; k < wanted; k++) {
                float value = NONE;
                float place = NOWHERE;
                for (int i = item; i < count; i += items) {
                    float number = x.get(at + place(i, wanted, flags));
                    // What was found before is not found again. Floats and nested conditions: TornadoVM's SPIR-V takes
                    // the type of a condition from what it chooses, and has no conditions joined by or.
                    float coming = 0f;
                    if (number < limit) {
                        coming = 1f;
                    }
                    if (number == limit) {
                        if ((float) i > limitAt) {
                            coming = 1f;
                        }
                    }
                    if (coming > 0f) {
                        if (number > value) {
                            value = number;
                            place = i;
                        }
                    }
                }
                best[item] = value;
                places[item] = place;
                context.localBarrier();
                for (int left = items; left > 1; left = (left + 1) / 2) {
                    if (item < left / 2) {
                        int other = item + (left + 1) / 2;
                        if (best[other] > best[item]) {
                            best[item] = best[other];
                            places[item] = places[other];
                        } else if (best[other] == best[item]) {
                            places[item] = TornadoMath.min(places[item], places[other]);
                        }
                    }
                    context.localBarrier();
                }
                limit = best[0];
                limitAt = places[0];
                if (item == 0) {
                    candidates.set(to + 1 + 2 * k, limit);
                    candidates.set(to + 2 + 2 * k,
                            name(x, at, from, Math.min((int) limitAt, count - 1), wanted, flags));
                }
                context.localBarrier();
            }
        }
    }

    private static int pieces(int width, int flags) {
        int pieces = 1;
        if (flags != OF_PARTS) {
            pieces = parts(width);
        }
        return pieces;
    }

    /** Floats between rows of what is read. */
    private static int stride(int width, int xStride, int wanted, int flags) {
        int stride = xStride;
        if (flags == OF_PARTS) {
            stride = width * (1 + 2 * wanted);
        }
        return stride;
    }

    /** Numbers among which a unit chooses. */
    private static int count(int width, int from, int wanted, int flags) {
        int count = Math.min(PART, width - from);
        if (flags == OF_PARTS) {
            count = width * wanted;
        }
        return count;
    }

    /** How many numbers are finite of a part, or 1 and 0 for one number. */
    private static float finite(FloatArray x, int at, int i, int wanted, int flags) {
        float finite = 0f;
        if (flags == OF_PARTS) {
            finite = x.get(at + i * (1 + 2 * wanted));
        } else {
            float number = x.get(at + i);
            if (number > NONE) {
                if (number * 0.5f < Bf16.NOT_FINITE) {
                    finite = 1f;
                }
            }
        }
        return finite;
    }

    /** Where a number stands behind the beginning of its unit. */
    private static int place(int i, int wanted, int flags) {
        int place = i;
        if (flags == OF_PARTS) {
            int part = Groups.quotient(i, wanted);
            place = part * (1 + 2 * wanted) + 1 + 2 * (i - part * wanted);
        }
        return place;
    }

    /** The place of a number in its whole row. */
    private static float name(FloatArray x, int at, int from, int i, int wanted, int flags) {
        float name = from + i;
        if (flags == OF_PARTS) {
            name = x.get(at + place(i, wanted, flags) + 1);
        }
        return name;
    }
}
