package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Takes the attended latent to values as {@link ValueUp} does, with weights of 16 bits, bfloat16. */
public final class ValueUpBf16 {

    private ValueUpBf16() {
    }

    /**
     * Computes a block of 64 value elements of one head a work-item, for all tokens.
     *
     * @param merged [tokens, heads, latentVectors] vectors: the attended latents. Not modified
     * @param w      [heads, blocks, 16 latentVectors, 2] vectors of {@link Bf16} numbers: for each element of the
     *                   latent the weights of 64 value elements. Not modified
     * @param step   counts, and behind it the sizes of {@link ValueUp#rows}. Not modified
     * @param values [tokens, heads, valueDim] floats. Modified
     */
    public static void rows(VectorFloat16 merged, VectorInt16 w, IntArray step, int heads, int valueDim,
            int latentVectors, FloatArray values) {
        for (@Parallel
        int unit = 0; unit < heads * ((valueDim + MatMul.BLOCK - 1) / MatMul.BLOCK); unit++) {
            int head = unit / ((valueDim + MatMul.BLOCK - 1) / MatMul.BLOCK);
            int first = (unit - head * ((valueDim + MatMul.BLOCK - 1) / MatMul.BLOCK)) * MatMul.BLOCK;
            int count = Math.min(MatMul.BLOCK, valueDim - first);
            int tokens = step.get(StepLayout.TOKENS);
            float[] lanes = new float[Lanes.WIDTH];
            float[] sums = new float[MatMul.BLOCK];
            for (int token = 0; token < tokens; token++) {
                int from = (token * heads + head) * latentVectors;
                Float16 a = Lanes.zero();
                Float16 b = Lanes.zero();
                Float16 c = Lanes.zero();
                Float16 d = Lanes.zero();
                for (int n = 0; n < latentVectors; n++) {
                    Lanes.unpack(merged.get(from + n), lanes, 0);
                    int start = (unit * latentVectors + n) * Lanes.WIDTH;
                    for (int i = 0; i < Lanes.WIDTH; i++) {
                        float s = lanes[i];
                        int at = (start + i) * MatMulBf16.VECTORS;
                        a = Float16.add(a, Lanes.times(Bf16.numbers(w, at, Bf16.LOWER), s));
                        b = Float16.add(b, Lanes.times(Bf16.numbers(w, at, Bf16.UPPER), s));
                        c = Float16.add(c, Lanes.times(Bf16.numbers(w, at + 1, Bf16.LOWER), s));
                        d = Float16.add(d, Lanes.times(Bf16.numbers(w, at + 1, Bf16.UPPER), s));
                    }
                }
                ValueUp.put(values, (token * heads + head) * valueDim + first, count, sums, a, b, c, d);
            }
        }
    }
}
