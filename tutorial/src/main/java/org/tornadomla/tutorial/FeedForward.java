package org.tornadomla.tutorial;

import org.tornadomla.training.Places;
import org.tornadomla.training.Tensor;

/**
 * Chapter 6. The feed-forward of the paper: wider, zero where negative, narrow again.
 *
 * @param inner numbers of a letter in between
 */
record FeedForward(NetworkBuilder network, int inner) implements FeedForwardSublayer {

    // page: feed-forward
    @Override
    public Tensor feed(String name, Tensor x, Side of) {
        Tensor wide = network.tape().relu(name + "_relu", network.linear(name + "_wide", x, Places.plain(inner)));
        return network.linear(name, wide, network.width());
    }
    // end
}
