package org.tornadomla.layers;

import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.PackedMatrix;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.ExpertSum;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.Router;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.kernels.SwiGlu;
import org.tornadomla.tensor.Padding;

/**
 * The steps of a layer's feed-forward, from normed tokens to the residual stream.
 *
 * @param model   the model
 * @param buffers what layers share
 * @param step    what changes between rounds
 */
record FeedForwardGraphs(ModelConfig model, DecoderBuffers buffers, StepBuffer step) {

    /** Adds the steps of a layer. */
    void add(StepList steps, FeedForwardWeights weights) {
        switch (weights) {
            case FeedForwardWeights.Dense dense -> addDense(steps, dense);
            case FeedForwardWeights.Experts experts -> addExperts(steps, experts, model.experts().orElseThrow());
        }
    }

    private void addDense(StepList steps, FeedForwardWeights.Dense weights) {
        FeedForwardShape shape = new FeedForwardShape(model.hiddenSize(), model.intermediateSize());
        steps.product("gate_up", buffers.normed(), weights.gateUp(), buffers.none(), step.array(), StepLayout.TOKENS,
                shape.gateUpColumns(), model.hiddenSize(), normedStride(), shape.gateUpColumns() / Padding.LANES, 0, 0,
                buffers.gateUp());
        swiGlu(steps, shape, StepLayout.TOKENS);
        steps.product("down", buffers.gated(), weights.down(), buffers.none(), step.array(), StepLayout.TOKENS,
                shape.hiddenColumns(), shape.intermediate(), shape.vectors() * Padding.LANES,
                shape.hiddenColumns() / Padding.LANES, 0, 1, buffers.x());
    }

    private void addExperts(StepList steps, FeedForwardWeights.Experts weights, MoeConfig config) {
        FeedForwardShape shape = FeedForwardShape.expert(model.hiddenSize(), config);
        DecoderBuffers.Experts scratch = buffers.experts();
        int all = config.nRoutedExperts() + config.nSharedExperts();
        int perToken = DecoderBuffers.expertsPerToken(model);
        int rows = step.capacity().tokens() * perToken;
        int tokensAt = ExpertGrouping.tokensAt(all);
        int placesAt = ExpertGrouping.placesAt(all, rows);
        int active = Math.min(all, rows);
        int columns = shape.gateUpColumns();
        int hidden = shape.hiddenColumns();
        addRouting(steps, weights, config);
        steps.add("group", Grid.loop(1), ExpertGrouping::sort, scratch.chosen(), step.array(), all, perToken, tokensAt,
                placesAt, scratch.grouping());
        for (int i = 0; i < weights.parts().size(); i++) {
            FeedForwardWeights.ExpertPart part = weights.parts().get(i);
            steps.expertProduct(FeedForwardWeights.numbered("experts_gate_up", i),
                    Grid.loop(active * (columns / MatMul.BLOCK)), buffers.normed(), part.gateUp(), scratch.grouping(),
                    tokensAt, part.first(), part.experts(), columns, model.hiddenSize(), normedStride(),
                    columns / Padding.LANES, buffers.gateUp());
        }
        swiGlu(steps, shape, StepLayout.EXPERT_ROWS);
        for (int i = 0; i < weights.parts().size(); i++) {
            FeedForwardWeights.ExpertPart part = weights.parts().get(i);
            steps.expertProduct(FeedForwardWeights.numbered("experts_down", i),
                    Grid.loop(active * (hidden / MatMul.BLOCK)), buffers.gated(), part.down(), scratch.grouping(), -1,
                    part.first(), part.experts(), hidden, shape.intermediate(), shape.vectors() * Padding.LANES,
                    hidden / Padding.LANES, scratch.parts());
        }
        steps.add("experts_sum", Grid.loop(Padding.vectors(model.hiddenSize())), ExpertSum::rows, scratch.parts(),
                scratch.weights(), scratch.grouping(), step.array(), placesAt, perToken,
                Padding.vectors(model.hiddenSize()), hidden / Padding.LANES, hidden / Padding.LANES, buffers.x());
    }

    private void addRouting(StepList steps, FeedForwardWeights.Experts weights, MoeConfig config) {
        DecoderBuffers.Experts scratch = buffers.experts();
        int columns = Padding.toMultiple(config.nRoutedExperts(), MatMul.BLOCK);
        steps.product("router", buffers.normed(), new PackedMatrix.Float32(weights.router()), buffers.none(),
                step.array(), StepLayout.TOKENS, columns, model.hiddenSize(), normedStride(), columns / Padding.LANES,
                0, 0, scratch.scores());
        steps.add("route", Grid.loop(step.capacity().tokens()), Router::tokens, scratch.scores(), weights.bias(),
                step.array(), config.nRoutedExperts(), columns / Padding.LANES, config.numExpertsPerTok(),
                config.nSharedExperts(), config.scoring() == Scoring.SIGMOID ? 1 : 0, groupWay(config), config.nGroup(),
                config.topkGroup(), config.normTopkProb() ? 1 : 0, (float) config.routedScalingFactor(),
                scratch.chosen(), scratch.weights());
    }

    /** How the kernel is to rank groups. */
    static int groupWay(MoeConfig config) {
        return switch (config.topkMethod()) {
            case GREEDY -> Router.ALL_GROUPS;
            case GROUP_LIMITED_GREEDY -> Router.BEST_OF_GROUP;
            case NOAUX_TC -> Router.BEST_TWO_OF_GROUP;
        };
    }

    private void swiGlu(StepList steps, FeedForwardShape shape, int rowsAt) {
        steps.add("swiglu", Grid.loop(shape.vectors()), SwiGlu::rows, buffers.gateUp(), step.array(), rowsAt,
                shape.vectors(), shape.gateUpColumns() / Padding.LANES, buffers.gated());
    }

    private int normedStride() {
        return Padding.toVectors(model.hiddenSize());
    }
}
