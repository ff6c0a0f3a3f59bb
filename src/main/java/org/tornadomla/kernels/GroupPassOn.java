package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link IdentityExperts} for many cores: experts without weights give their input, the norm of a row. */
public final class GroupPassOn {

    private GroupPassOn() {
    }

    /**
     * Puts the normed row of a token, a group a token, where the results of its experts without weights stand.
     *
     * @param context     groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x           [tokens, xStride] floats, before the norm. Not modified
     * @param norm        [width] floats: weight of the norm. Not modified
     * @param chosen      [tokens, perToken] expert numbers. Not modified
     * @param grouping    the plan of {@link ExpertGrouping}. Not modified
     * @param step        counts. Not modified
     * @param first       number of the first such expert; all from there on are
     * @param placesAt    where the sorted rows of choices begin in grouping
     * @param perToken    experts of a token
     * @param width       floats of a row
     * @param xStride     floats between rows of x
     * @param partsStride floats between rows of parts
     * @param eps         added to the mean square
     * @param parts       [sorted rows, partsStride] floats. Rows of such choices are modified
     */
    public static void rows(KernelContext context, FloatArray x, FloatArray norm, IntArray chosen, IntArray grouping,
            IntArray step, int first, int placesAt, int perToken, int width, int xStride, int partsStride, float eps,
            FloatArray parts) {
        float[] near = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int tokens = step.get(StepLayout.TOKENS);
        for (int token = context.groupIdx; token < tokens; token += groups) {
            float squares = 0f;
            for (int i = item; i < width; i += items) {
                float number = x.get(token * xStride + i);
                squares += number * number;
            }
            near[item] = squares;
            context.localBarrier();
            float all = 0f;
            for (int i = 0; i < items; i++) {
                all += near[i];
            }
            float scale = 1f / TornadoMath.sqrt(all / width + eps);
            for (int k = token * perToken; k < token * perToken + perToken; k++) {
                if (chosen.get(k) >= first) {
                    int to = grouping.get(placesAt + k) * partsStride;
                    for (int i = item; i < width; i += items) {
                        parts.set(to + i, x.get(token * xStride + i) * scale * norm.get(i));
                    }
                }
            }
            context.localBarrier();
        }
    }
}
