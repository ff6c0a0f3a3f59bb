package org.tornadomla.layers;

import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.ExpertSum;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.Router;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.kernels.SwiGlu;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;

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
        RowGroups tokens = RowGroups.all(step.array(), StepLayout.TOKENS);
        weights.gateUp().product(steps, new Product("gate_up", buffers.normed(), normedStride(), tokens, buffers.none(),
                false, new Product.Result(buffers.gateUp(), shape.gateUpColumns() / Padding.LANES, false)));
        swiGlu(steps, shape, StepLayout.TOKENS);
        weights.down().product(steps, new Product("down", buffers.gated(), shape.vectors() * Padding.LANES, tokens,
                buffers.none(), false, new Product.Result(buffers.x(), shape.hiddenColumns() / Padding.LANES, true)));
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
        int hidden = shape.hiddenColumns();
        addRouting(steps, weights, config);
        steps.add("group", Grid.loop(1), ExpertGrouping::sort, scratch.chosen(), step.array(), all, perToken, tokensAt,
                placesAt, scratch.grouping());
        for (int i = 0; i < weights.parts().size(); i++) {
            FeedForwardWeights.ExpertPart part = weights.parts().get(i);
            part.gateUp().product(steps,
                    new Product(FeedForwardWeights.numbered("experts_gate_up", i), buffers.normed(), normedStride(),
                            RowGroups.experts(scratch.grouping(), tokensAt, part.first(), part.experts(), active),
                            buffers.none(), false,
                            new Product.Result(buffers.gateUp(), shape.gateUpColumns() / Padding.LANES, false)));
        }
        swiGlu(steps, shape, StepLayout.EXPERT_ROWS);
        for (int i = 0; i < weights.parts().size(); i++) {
            FeedForwardWeights.ExpertPart part = weights.parts().get(i);
            part.down().product(steps,
                    new Product(FeedForwardWeights.numbered("experts_down", i), buffers.gated(),
                            shape.vectors() * Padding.LANES,
                            RowGroups.experts(scratch.grouping(), -1, part.first(), part.experts(), active),
                            buffers.none(), false, new Product.Result(scratch.parts(), hidden / Padding.LANES, false)));
        }
        steps.add("experts_sum", Grid.loop(Padding.vectors(model.hiddenSize())), ExpertSum::rows, scratch.parts(),
                scratch.weights(), scratch.grouping(), step.array(), placesAt, perToken,
                Padding.vectors(model.hiddenSize()), hidden / Padding.LANES, hidden / Padding.LANES, buffers.x());
    }

    private void addRouting(StepList steps, FeedForwardWeights.Experts weights, MoeConfig config) {
        DecoderBuffers.Experts scratch = buffers.experts();
        int columns = Padding.toMultiple(config.nRoutedExperts(), MatMul.BLOCK);
        weights.router().product(steps,
                new Product("router", buffers.normed(), normedStride(), RowGroups.all(step.array(), StepLayout.TOKENS),
                        buffers.none(), false, new Product.Result(scratch.scores(), columns / Padding.LANES, false)));
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
