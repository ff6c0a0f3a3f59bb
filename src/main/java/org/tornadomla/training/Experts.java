package org.tornadomla.training;

import java.util.List;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The feed-forwards of experts on rows that are sorted by expert: y = down (silu(gate x) up x), and room for their
 * gradients. The rows of an expert begin at a multiple of 16.
 *
 * @param experts  number of experts
 * @param places   rows that there is room for
 * @param groups   records of experts, see {@link org.tornadomla.kernels.ExpertGrouping}
 * @param pairOf   [places], the pair at a place, or -1
 * @param matrices the experts' weights
 * @param forward  what {@link MixtureSteps#experts} writes, and its input
 * @param backward the gradients of those
 */
record Experts(String name, int experts, int places, IntArray groups, IntArray pairOf, Matrices matrices, Pass forward,
        Pass backward) {

    /**
     * Weights of experts, rows padded to blocks.
     *
     * @param gate [experts, inner, hidden]
     * @param up   [experts, inner, hidden]
     * @param down [experts, hidden, inner]
     */
    record Matrices(Tensor gate, Tensor up, Tensor down) {
    }

    /**
     * Rows of a feed-forward, or their gradients.
     *
     * @param x     [places, hidden]
     * @param gates [places, inner]
     * @param ups   [places, inner]
     * @param gated [places, inner], silu(gates) ups
     * @param y     [places, hidden]
     */
    record Pass(Numbers x, Numbers gates, Numbers ups, Numbers gated, Numbers y) {

        private static Pass of(Workspace work, String name, int places, int hidden, int inner) {
            return new Pass(work.scratch(name + "_x", places, hidden), work.scratch(name + "_gates", places, inner),
                    work.scratch(name + "_ups", places, inner), work.scratch(name + "_gated", places, inner),
                    work.scratch(name + "_results", places, hidden));
        }
    }

    static Experts of(Workspace work, String name, MixtureShape shape, int places, IntArray groups, IntArray pairOf,
            List<Tensor> matrices) {
        int hidden = matrices.getFirst().stride();
        int inner = matrices.getLast().stride();
        long largest = (long) Math.max(hidden, inner) * Padding.LANES;
        work.reserve(places * largest, (long) shape.experts() * hidden * inner * Padding.LANES * Padding.LANES);
        return new Experts(name, shape.experts(), places, groups, pairOf,
                new Matrices(matrices.get(0), matrices.get(1), matrices.get(2)),
                Pass.of(work, name, places, hidden, inner), Pass.of(work, name + "_d", places, hidden, inner));
    }

    /** Outputs of a matrix, padded to whole blocks. */
    int outputs(Tensor matrix) {
        return matrix.rows() / experts;
    }
}
