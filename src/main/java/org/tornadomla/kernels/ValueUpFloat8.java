package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Takes the attended latent to values as {@link ValueUp} does, with weights in FP8 and a scale for each
 * {@link Int8#SCALED} inputs of an output.
 */
public final class ValueUpFloat8 {

    /** Vectors of inputs that share a scale. */
    private static final int GROUP = Int8.SCALED / Lanes.WIDTH;

    private ValueUpFloat8() {
    }

    /**
     * Computes a block of 64 value elements of one head a work-item, for all tokens.
     *
     * @param merged [tokens, heads, latentVectors] vectors: the attended latents. Not modified
     * @param w      [heads, blocks, 16 latentVectors] vectors of {@link Float8} numbers: for each element of the latent
     *                   the weights of 64 value elements. Not modified
     * @param scales [heads, blocks, ceil(latentVectors / 8), 4] vectors: the scale of an output for 128 inputs. Not
     *                   modified
     * @param step   counts, and behind it the sizes of {@link ValueUp#rows}. Not modified
     * @param values [tokens, heads, valueDim] floats. Modified
     */
    public static void rows(VectorFloat16 merged, VectorInt16 w, VectorFloat16 scales, IntArray step, int heads,
            int valueDim, int latentVectors, FloatArray values) {
        for (@Parallel
        int unit = 0; unit < heads * ((valueDim + MatMul.BLOCK - 1) / MatMul.BLOCK); unit++) {
            int head = unit / ((valueDim + MatMul.BLOCK - 1) / MatMul.BLOCK);
            int first = (unit - head * ((valueDim + MatMul.BLOCK - 1) / MatMul.BLOCK)) * MatMul.BLOCK;
            int count = Math.min(MatMul.BLOCK, valueDim - first);
            int tokens = step.get(StepLayout.TOKENS);
            int groups = (latentVectors + GROUP - 1) / GROUP;
            float[] lanes = new float[Lanes.WIDTH];
            float[] sums = new float[MatMul.BLOCK];
            for (int token = 0; token < tokens; token++) {
                int from = (token * heads + head) * latentVectors;
                Float16 a = Lanes.zero();
                Float16 b = Lanes.zero();
                Float16 c = Lanes.zero();
                Float16 d = Lanes.zero();
                for (int group = 0; group < groups; group++) {
                    int end = Math.min(latentVectors, (group + 1) * GROUP);
                    Float16 ga = Lanes.zero();
                    Float16 gb = Lanes.zero();
                    Float16 gc = Lanes.zero();
                    Float16 gd = Lanes.zero();
                    for (int n = group * GROUP; n < end; n++) {
                        Lanes.unpack(merged.get(from + n), lanes, 0);
                        int at = (unit * latentVectors + n) * Lanes.WIDTH;
                        for (int i = 0; i < Lanes.WIDTH; i++) {
                            float s = lanes[i];
                            ga = Float16.add(ga, Lanes.times(Float8.numbers(w, at + i, Int8.FIRST), s));
                            gb = Float16.add(gb, Lanes.times(Float8.numbers(w, at + i, Int8.SECOND), s));
                            gc = Float16.add(gc, Lanes.times(Float8.numbers(w, at + i, Int8.THIRD), s));
                            gd = Float16.add(gd, Lanes.times(Float8.numbers(w, at + i, Int8.FOURTH), s));
                        }
                    }
                    int factor = (unit * groups + group) * MatMul.VECTORS;
                    a = Float16.add(a, Float16.mult(ga, scales.get(factor)));
                    b = Float16.add(b, Float16.mult(gb, scales.get(factor + 1)));
                    c = Float16.add(c, Float16.mult(gc, scales.get(factor + 2)));
                    d = Float16.add(d, Float16.mult(gd, scales.get(factor + 3)));
                }
                ValueUp.put(values, (token * heads + head) * valueDim + first, count, sums, a, b, c, d);
            }
        }
    }
}
