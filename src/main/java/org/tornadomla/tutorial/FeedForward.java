package org.tornadomla.tutorial;

import org.tornadomla.training.Places;
import org.tornadomla.training.Tensor;

/**
 * Chapter 6. The feed-forward of the paper: wider, zero where negative, narrow again.
 *
 * @param inner numbers of a letter in between
 */
record FeedForward(Sketch sketch, int inner) implements Feeding {

    // page: feed-forward
    @Override
    public Tensor feed(String name, Tensor x, Side of) {
        Tensor wide = sketch.tape().relu(name + "_relu", sketch.linear(name + "_wide", x, Places.plain(inner)));
        return sketch.linear(name, wide, sketch.width());
    }
    // end
}
