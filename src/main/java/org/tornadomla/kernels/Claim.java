package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Tasks that give a graph a hold on arrays that later graphs share. TornadoVM hands on only what a task of the graph
 * takes, and alternative graphs that met an array first would each make one of their own. The arrays are scratch, so
 * their first element may be written.
 */
public final class Claim {

    private Claim() {
    }

    /**
     * Takes the scratch of absorbed attention with queries in lanes.
     *
     * @param step    counts. Not modified
     * @param mask    at least one float. Not modified
     * @param packed  its first vector becomes 0. Modified
     * @param queries its first vector becomes 0. Modified
     * @param partial its first vector becomes 0. Modified
     * @param merged  its first vector becomes 0. Modified
     * @param chosen  its first int becomes 0. Modified
     * @param values  its first float becomes that of the mask. Modified
     */
    public static void lanes(IntArray step, FloatArray mask, VectorFloat16 packed, VectorFloat16 queries,
            VectorFloat16 partial, VectorFloat16 merged, IntArray chosen, FloatArray values) {
        for (@Parallel
        int i = 0; i < step.get(StepLayout.ONE); i++) {
            packed.set(i, Lanes.zero());
            queries.set(i, Lanes.zero());
            partial.set(i, Lanes.zero());
            merged.set(i, Lanes.zero());
            chosen.set(i, 0);
            values.set(i, mask.get(i));
        }
    }

    /**
     * Takes the scratch of absorbed attention with queries in lanes that widens keys.
     *
     * @param step    counts. Not modified
     * @param mask    at least one float. Not modified
     * @param packed  its first vector becomes 0. Modified
     * @param queries its first vector becomes 0. Modified
     * @param widened its first vector becomes 0. Modified
     * @param partial its first vector becomes 0. Modified
     * @param merged  its first vector becomes 0. Modified
     * @param chosen  its first int becomes 0. Modified
     * @param values  its first float becomes that of the mask. Modified
     */
    public static void widened(IntArray step, FloatArray mask, VectorFloat16 packed, VectorFloat16 queries,
            VectorFloat16 widened, VectorFloat16 partial, VectorFloat16 merged, IntArray chosen, FloatArray values) {
        for (@Parallel
        int i = 0; i < step.get(StepLayout.ONE); i++) {
            packed.set(i, Lanes.zero());
            queries.set(i, Lanes.zero());
            widened.set(i, Lanes.zero());
            partial.set(i, Lanes.zero());
            merged.set(i, Lanes.zero());
            chosen.set(i, 0);
            values.set(i, mask.get(i));
        }
    }

    /**
     * Takes the scratch of expanded attention.
     *
     * @param step    counts. Not modified
     * @param mask    at least one float. Not modified
     * @param queries its first vector becomes 0. Modified
     * @param rows    its first vector becomes 0. Modified
     * @param state   its first vector becomes 0. Modified
     * @param rotary  its first vector becomes 0. Modified
     * @param latents its first float becomes that of the mask. Modified
     */
    public static void expanded(IntArray step, FloatArray mask, VectorFloat16 queries, VectorFloat16 rows,
            VectorFloat16 state, VectorFloat16 rotary, FloatArray latents) {
        for (@Parallel
        int i = 0; i < step.get(StepLayout.ONE); i++) {
            queries.set(i, Lanes.zero());
            rows.set(i, Lanes.zero());
            state.set(i, Lanes.zero());
            rotary.set(i, Lanes.zero());
            latents.set(i, mask.get(i));
        }
    }

    /**
     * Takes what a sparse attention's indexer leaves.
     *
     * @param step   counts. Not modified
     * @param state  its first vector becomes 0. Modified
     * @param scores its first float becomes 0. Modified
     * @param spare  its first float becomes 0. Modified
     * @param chosen its first number becomes 0. Modified
     */
    public static void index(IntArray step, VectorFloat16 state, FloatArray scores, FloatArray spare, IntArray chosen) {
        for (@Parallel
        int i = 0; i < step.get(StepLayout.ONE); i++) {
            state.set(i, Lanes.zero());
            scores.set(i, 0f);
            spare.set(i, 0f);
            chosen.set(i, 0);
        }
    }
}
