package org.tornadomla.layers;

import org.tornadomla.config.MoeConfig;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The routing of a mixture as steps of a graph.
 *
 * @param place    of the block
 * @param config   experts and how they are chosen
 * @param step     what changes between rounds
 * @param scores   [T, n_routed_experts] rows that a product wrote
 * @param bias     [n_routed_experts] floats, added to the scores for the choice
 * @param chosen   [T, K] expert numbers; K is the number of experts of a token, shared ones included
 * @param weights  [T, K] floats
 * @param grouping a plan of {@link ExpertGrouping}
 */
public record Routing(BlockPlace place, MoeConfig config, StepBuffer step, Rows scores, FloatArray bias,
        IntArray chosen, FloatArray weights, IntArray grouping) {

    /** Experts, shared ones and those without weights included. */
    int all() {
        return config.choices() + config.nSharedExperts();
    }

    /** Experts of a token, shared ones included. */
    int perToken() {
        return MixtureKind.expertsPerToken(config);
    }

    /** Most rows that experts compute. */
    private int rows() {
        return step.capacity().tokens() * perToken();
    }

    /** Where the tokens of sorted rows begin in grouping. */
    int tokensAt() {
        return ExpertGrouping.tokensAt(all());
    }

    /** Where the sorted rows of choices begin in grouping. */
    int placesAt() {
        return ExpertGrouping.placesAt(all(), rows());
    }

    /**
     * The rows of some experts.
     *
     * @param sorted whether x has sorted rows itself, and not one a token
     */
    RowGroups groups(ExpertPart part, boolean sorted) {
        return RowGroups.experts(grouping, sorted ? -1 : tokensAt(), part.first(), part.experts(),
                Math.min(all(), rows()));
    }
}
