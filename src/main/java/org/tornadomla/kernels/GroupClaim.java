package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link Claim} for many cores: a hold on arrays of floats that later graphs share. */
public final class GroupClaim {

    private GroupClaim() {
    }

    /**
     * Takes the scratch of absorbed attention.
     *
     * @param context any groups
     * @param step    counts. Not modified
     * @param mask    at least one float. Not modified
     * @param packed  its first float becomes 0. Modified
     * @param partial its first float becomes 0. Modified
     * @param chosen  its first int becomes 0. Modified
     * @param values  its first float becomes that of the mask. Modified
     */
    public static void absorbed(KernelContext context, IntArray step, FloatArray mask, FloatArray packed,
            FloatArray partial, IntArray chosen, FloatArray values) {
        int i = context.globalIdx;
        if (i < step.get(StepLayout.ONE)) {
            packed.set(i, 0f);
            partial.set(i, 0f);
            chosen.set(i, 0);
            values.set(i, mask.get(i));
        }
    }

    /**
     * Takes the scratch of sparse attention.
     *
     * @param context any groups
     * @param step    counts. Not modified
     * @param turned  its first float becomes 0. Modified
     * @param scores  its first float becomes 0. Modified
     * @param chosen  its first int becomes 0. Modified
     */
    public static void index(KernelContext context, IntArray step, FloatArray turned, FloatArray scores,
            IntArray chosen) {
        int i = context.globalIdx;
        if (i < step.get(StepLayout.ONE)) {
            turned.set(i, 0f);
            scores.set(i, 0f);
            chosen.set(i, 0);
        }
    }

    /**
     * Takes the scratch of expanded attention.
     *
     * @param context any groups
     * @param step    counts. Not modified
     * @param mask    at least one float. Not modified
     * @param latents its first float becomes 0. Modified
     * @param rotary  its first float becomes 0. Modified
     * @param rows    its first float becomes that of the mask. Modified
     */
    public static void expanded(KernelContext context, IntArray step, FloatArray mask, FloatArray latents,
            FloatArray rotary, FloatArray rows) {
        int i = context.globalIdx;
        if (i < step.get(StepLayout.ONE)) {
            latents.set(i, 0f);
            rotary.set(i, 0f);
            rows.set(i, mask.get(i));
        }
    }
}
