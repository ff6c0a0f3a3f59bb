package org.tornadomla.kernels;

/** What the kernels of work-groups have in common: sizes that the host keeps to when it makes their grids. */
public final class Groups {

    /** Most work-items of a group: local arrays have room for so many. */
    public static final int MOST_ITEMS = 128;

    private Groups() {
    }

    /**
     * A quotient of whole numbers that are not negative, less than 2^22. TornadoVM's SPIR-V is wrong for a division by
     * what is no constant where a barrier follows: it then keeps the context, and loads it as something else.
     */
    public static int quotient(int dividend, int divisor) {
        int near = (int) ((float) dividend / divisor);
        int rest = dividend - near * divisor;
        int less = rest < 0 ? 1 : 0;
        int more = rest >= divisor ? 1 : 0;
        return near - less + more;
    }

    /**
     * At least 0 where a place is one of some that begin at {@code from}. One number and no conditions joined by or:
     * TornadoVM's SPIR-V has none.
     */
    static int within(int place, int from, int count) {
        return (place - from) * (from + count - 1 - place);
    }

    /** The next multiple of sixteen, at which the parts of a pool's row begin. */
    static int padded(int width) {
        return (width + Lanes.WIDTH - 1) / Lanes.WIDTH * Lanes.WIDTH;
    }

    /** Ints of a pool's row of bfloat16 numbers, two in each. */
    static int pairs(int latentDim, int ropeDim) {
        return (padded(latentDim) + padded(ropeDim) + Bf16.NUMBERS - 1) / Bf16.NUMBERS * Lanes.WIDTH;
    }

    /**
     * Which number of a row stands in the lower half of one of its ints; the upper half has the sixteenth behind it.
     */
    static int lower(int pair) {
        return pair / Lanes.WIDTH * Bf16.NUMBERS + pair % Lanes.WIDTH;
    }
}
