package org.tornadomla.training;

import org.tornadomla.graph.StepList;

/** The attention of a family of kernels. */
interface AttentionSteps {

    /** What queries attend to, and the logarithm of the sum of each softmax. */
    void attend(StepList steps, Attention op);

    /** What both gradients need: the product of each result with its gradient, for one. */
    void begin(StepList steps, Attention op);

    /**
     * Gradients of keys and values, and of the rotary keys that heads share.
     *
     * @param addKeys  1 to add to the gradient of keys and values
     * @param addRopes 1 to add to that of rotary keys; nothing is written there where nothing wants it
     */
    void keys(StepList steps, Attention op, int addKeys, int addRopes);

    /** Gradient of queries. */
    void queries(StepList steps, Attention op, int accumulate);
}
