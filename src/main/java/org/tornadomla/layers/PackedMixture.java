package org.tornadomla.layers;

import java.util.List;

import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Grid;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.ExpertNorm;
import org.tornadomla.kernels.ExpertSum;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.Router;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A mixture of experts with its weights.
 *
 * @param shape  sizes of an expert
 * @param config experts and how they are chosen
 * @param router router, packed columns of 32-bit numbers
 * @param bias   [n_routed_experts] floats: selection bias, zeros where the method has none
 * @param parts  the experts in their order, as many to a part as fit one buffer
 */
public record PackedMixture(FeedForwardShape shape, MoeConfig config, PackedMatrix router, FloatArray bias,
        List<ExpertPart> parts) implements PackedBlock {

    @Override
    public void register(Buffers buffers, String prefix) {
        router.register(buffers, prefix + "w_router");
        buffers.add(prefix + "b_router", Role.WEIGHT, bias);
        for (int part = 0; part < parts.size(); part++) {
            parts.get(part).gateUp().register(buffers, prefix + ExpertPart.numbered("w_experts_gate_up", part));
            parts.get(part).down().register(buffers, prefix + ExpertPart.numbered("w_experts_down", part));
        }
    }

    @Override
    public void steps(BlockPlace place, DecoderRoom room, CycleBuilder cycle) {
        StepList steps = cycle.steps();
        DecoderBuffers buffers = room.buffers();
        Scratch scratch = buffers.scratch();
        StepBuffer step = room.step();
        int all = config.nRoutedExperts() + config.nSharedExperts();
        int perToken = MixtureKind.expertsPerToken(config);
        int rows = step.capacity().tokens() * perToken;
        int tokensAt = ExpertGrouping.tokensAt(all);
        int placesAt = ExpertGrouping.placesAt(all, rows);
        int active = Math.min(all, rows);
        int hidden = shape.hiddenColumns();
        addRouting(place, steps, buffers, step);
        steps.add(place.step("group"), Grid.loop(1), ExpertGrouping::sort, scratch.ints(MixtureKind.CHOSEN),
                step.array(), all, perToken, tokensAt, placesAt, scratch.ints(MixtureKind.GROUPING));
        for (int i = 0; i < parts.size(); i++) {
            ExpertPart part = parts.get(i);
            part.gateUp().product(steps, new Product(place.step(ExpertPart.numbered("experts_gate_up", i)),
                    buffers.normed(), normedStride(),
                    RowGroups.experts(scratch.ints(MixtureKind.GROUPING), tokensAt, part.first(), part.experts(),
                            active),
                    buffers.none(), false,
                    new Product.Result(shape.gateUpRows(scratch), shape.gateUpColumns() / Padding.LANES, false)));
        }
        shape.swiGlu(place, steps, scratch, step, StepLayout.EXPERT_ROWS);
        for (int i = 0; i < parts.size(); i++) {
            ExpertPart part = parts.get(i);
            part.down().product(steps,
                    new Product(place.step(ExpertPart.numbered("experts_down", i)), shape.gatedRows(scratch),
                            shape.vectors() * Padding.LANES,
                            RowGroups.experts(scratch.ints(MixtureKind.GROUPING), -1, part.first(), part.experts(),
                                    active),
                            buffers.none(), false,
                            new Product.Result(scratch.vectors(MixtureKind.PARTS), hidden / Padding.LANES, false)));
        }
        addSum(place, room, steps, placesAt);
    }

    private void addSum(BlockPlace place, DecoderRoom room, StepList steps, int placesAt) {
        Scratch scratch = room.buffers().scratch();
        int perToken = MixtureKind.expertsPerToken(config);
        int stride = shape.hiddenColumns() / Padding.LANES;
        if (place.behind().isPresent()) {
            steps.add(place.step("experts_norm"), Grid.loop(room.step().capacity().tokens()), ExpertNorm::rows,
                    scratch.vectors(MixtureKind.PARTS), scratch.floats(MixtureKind.WEIGHTS),
                    scratch.ints(MixtureKind.GROUPING), room.step().array(), place.behind().get().weight(), placesAt,
                    perToken, shape.hiddenSize(), stride, stride, place.behind().get().eps(), room.buffers().x());
            return;
        }
        steps.add(place.step("experts_sum"), Grid.loop(Padding.vectors(shape.hiddenSize())), ExpertSum::rows,
                scratch.vectors(MixtureKind.PARTS), scratch.floats(MixtureKind.WEIGHTS),
                scratch.ints(MixtureKind.GROUPING), room.step().array(), placesAt, perToken,
                Padding.vectors(shape.hiddenSize()), stride, stride, room.buffers().x());
    }

    private void addRouting(BlockPlace place, StepList steps, DecoderBuffers buffers, StepBuffer step) {
        Scratch scratch = buffers.scratch();
        int columns = MixtureKind.routerColumns(config);
        router.product(steps,
                new Product(place.step("router"), buffers.normed(), normedStride(),
                        RowGroups.all(step.array(), StepLayout.TOKENS), buffers.none(), false,
                        new Product.Result(scratch.vectors(MixtureKind.SCORES), columns / Padding.LANES, false)));
        steps.add(place.step("route"), Grid.loop(step.capacity().tokens()), Router::tokens,
                scratch.vectors(MixtureKind.SCORES), bias, step.array(), config.nRoutedExperts(),
                columns / Padding.LANES, config.numExpertsPerTok(), config.nSharedExperts(),
                config.scoring() == Scoring.SIGMOID ? 1 : 0, groupWay(config), config.nGroup(), config.topkGroup(),
                config.normTopkProb() ? 1 : 0, (float) config.routedScalingFactor(), scratch.ints(MixtureKind.CHOSEN),
                scratch.floats(MixtureKind.WEIGHTS));
    }

    /** How the kernel is to rank groups. */
    static int groupWay(MoeConfig config) {
        return switch (config.topkMethod()) {
            case GREEDY -> Router.ALL_GROUPS;
            case GROUP_LIMITED_GREEDY -> Router.BEST_OF_GROUP;
            case NOAUX_TC, TWO_BEST_GROUPS -> Router.BEST_TWO_OF_GROUP;
        };
    }

    private int normedStride() {
        return Padding.toVectors(shape.hiddenSize());
    }
}
