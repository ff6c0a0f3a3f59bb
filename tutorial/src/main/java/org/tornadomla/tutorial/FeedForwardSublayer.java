package org.tornadomla.tutorial;

import org.tornadomla.training.Tensor;

/** What each letter goes through by itself after attention. */
interface FeedForwardSublayer {

    /**
     * Records it.
     *
     * @param x  [rows, width]
     * @param of the side that the rows belong to
     * @return [rows, width]
     */
    Tensor feed(String name, Tensor x, Side of);
}
