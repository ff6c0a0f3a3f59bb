package org.tornadomla.kernels.training;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link RotaryRows} for many cores: a work-item turns single pairs. */
public final class GroupTurn {

    private GroupTurn() {
    }

    /**
     * Turns a part of every head of rows in place.
     *
     * @param context    any groups
     * @param cosines    [positions, ropeDim/2] floats. Not modified
     * @param sines      [positions, ropeDim/2] floats. Not modified
     * @param positions  [rows], the position of each. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param heads      heads of a row
     * @param headFloats floats between heads
     * @param ropeAt     floats of a head before the part that turns
     * @param ropeDim    floats of that part, even
     * @param stride     floats between rows
     * @param direction  1 to turn, -1 to turn back
     * @param x          [rows, stride] floats. Modified
     */
    public static void turn(KernelContext context, FloatArray cosines, FloatArray sines, IntArray positions,
            IntArray sizes, int rowsAt, int heads, int headFloats, int ropeAt, int ropeDim, int stride, float direction,
            FloatArray x) {
        int half = ropeDim / 2;
        int pairs = sizes.get(rowsAt) * heads * half;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < pairs; i += items) {
            int head = i / half;
            int pair = i - head * half;
            int row = head / heads;
            int at = row * stride + (head - row * heads) * headFloats + ropeAt + 2 * pair;
            int angle = positions.get(row) * half + pair;
            float cosine = cosines.get(angle);
            float sine = sines.get(angle) * direction;
            float first = x.get(at);
            float second = x.get(at + 1);
            x.set(at, first * cosine - second * sine);
            x.set(at + 1, second * cosine + first * sine);
        }
    }
}
