package org.tornadomla.kernels.training;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link SwiGluRows} for many cores: a work-item takes single numbers, neighbours beside each other. */
public final class GroupSwiGlu {

    private GroupSwiGlu() {
    }

    /**
     * y = silu(gate) up.
     *
     * @param context any groups
     * @param gate    [rows, stride] floats. Not modified
     * @param up      [rows, stride] floats. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param stride  floats of a row
     * @param y       [rows, stride] floats. Modified
     */
    public static void forward(KernelContext context, FloatArray gate, FloatArray up, IntArray sizes, int rowsAt,
            int stride, FloatArray y) {
        int numbers = sizes.get(rowsAt) * stride;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            float g = gate.get(i);
            y.set(i, g / (1f + TornadoMath.exp(-g)) * up.get(i));
        }
    }

    /**
     * Both gradients.
     *
     * @param context any groups
     * @param gate    [rows, stride] floats. Not modified
     * @param up      [rows, stride] floats. Not modified
     * @param dy      [rows, stride] floats. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param stride  floats of a row
     * @param addGate 1 to add to what dgate holds
     * @param addUp   1 to add to what dup holds
     * @param dgate   [rows, stride] floats. Modified
     * @param dup     [rows, stride] floats. Modified
     */
    public static void inputs(KernelContext context, FloatArray gate, FloatArray up, FloatArray dy, IntArray sizes,
            int rowsAt, int stride, int addGate, int addUp, FloatArray dgate, FloatArray dup) {
        int numbers = sizes.get(rowsAt) * stride;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            float g = gate.get(i);
            float share = 1f / (1f + TornadoMath.exp(-g));
            float slope = dy.get(i);
            Cells.put(dgate, i, slope * up.get(i) * share * (1f + g * (1f - share)), addGate);
            Cells.put(dup, i, slope * g * share, addUp);
        }
    }
}
