package org.tornadomla.tutorial;

import java.util.List;
import org.tornadomla.training.MixtureShape;
import org.tornadomla.training.Parameter;
import org.tornadomla.training.Places;
import org.tornadomla.training.Tape;
import org.tornadomla.training.Tensor;

/**
 * Chapter 10. A mixture of experts in the place of the feed-forward: one that all letters go through, and some of which
 * each letter chooses its own.
 *
 * @param inner   numbers of a letter within an expert
 * @param experts experts to choose from
 * @param topK    how many a letter takes
 */
record ExpertMixture(NetworkBuilder network, int inner, int experts, int topK) implements FeedForwardSublayer {

    // page: mixture
    @Override
    public Tensor feed(String name, Tensor x, Side of) {
        Tape tape = network.tape();
        Places width = network.width();
        Places wide = Places.plain(inner);
        int numbers = width.published();
        Tensor logits = tape.linear(name + "_logits", x, network.matrix(name + "_router", Places.plain(experts), width),
                null);
        List<Parameter> matrices = List.of(network.matrix(name + "_gate", Places.blocks(experts, inner), width),
                network.matrix(name + "_up", Places.blocks(experts, inner), width),
                network.matrix(name + "_down", Places.blocks(experts, numbers), wide));
        MixtureShape shape = new MixtureShape(experts, topK, inner, 1, 1, false, 1, 0);
        Tape.Mixed mixed = tape.mixture(name + "_routed", x, logits, shape, matrices);
        of.addMixture(mixed.mixture());
        Tensor gated = tape.swiGlu(name + "_gated", network.linear(name + "_shared_gate", x, wide),
                network.linear(name + "_shared_up", x, wide));
        return tape.add(name, mixed.y(), network.linear(name + "_shared", gated, width));
    }
    // end
}
