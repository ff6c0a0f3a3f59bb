package org.tornadomla.layers;

import java.util.List;

import org.tornadomla.config.MoeConfig;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.weights.Rows;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.ExpertNorm;
import org.tornadomla.kernels.ExpertSum;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.Router;
import org.tornadomla.kernels.StepLayout;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A mixture of experts with its weights.
 *
 * @param shape  sizes of an expert
 * @param config experts and how they are chosen
 * @param router router, in 32-bit numbers
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
        Routing routing = outputs(place, room, cycle);
        room.family().sum(cycle.steps(), routing, shape.hiddenSize(), MixtureKind.parts(shape.hiddenSize(), room),
                room.buffers().x());
    }

    /** Adds the steps that compute what the experts of each token give, without those that add it up. */
    Routing outputs(BlockPlace place, DecoderRoom room, CycleBuilder cycle) {
        StepList steps = cycle.steps();
        DecoderBuffers buffers = room.buffers();
        Scratch scratch = buffers.scratch();
        Routing routing = MixtureKind.routing(place, config, bias, room);
        router.product(steps, new Product(place.step("router"), place.x(),
                RowGroups.all(room.step().array(), StepLayout.TOKENS), buffers.none(), false, routing.scores(), false));
        room.family().route(steps, routing);
        Rows gateUp = shape.gateUpRows(scratch);
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).gateUp().product(steps, Product.gateUp(place.step(ExpertPart.numbered("experts_gate_up", i)),
                    place.x(), routing.groups(parts.get(i), false), buffers.none(), gateUp));
        }
        Rows gated = room.family().gated(steps, place.step("swiglu"), gateUp, shape.intermediate(), room.step(),
                StepLayout.EXPERT_ROWS, shape.gatedRows(scratch));
        Rows outputs = MixtureKind.parts(shape.hiddenSize(), room);
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).down().product(steps, new Product(place.step(ExpertPart.numbered("experts_down", i)), gated,
                    routing.groups(parts.get(i), true), buffers.none(), false, outputs, false));
        }
        if (config.nZeroExperts() > 0) {
            room.family().passOn(steps, routing, shape.hiddenSize(), place.x(), outputs);
        }
        return routing;
    }
}
