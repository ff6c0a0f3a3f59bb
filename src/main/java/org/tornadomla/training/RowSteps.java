package org.tornadomla.training;

import org.tornadomla.graph.StepList;

/**
 * What a family of kernels does row by row. A gradient is added to what its array holds where {@code accumulate} is 1,
 * and is written where it is 0.
 */
interface RowSteps {

    /** y = a + b. */
    void sum(StepList steps, Add op);

    /** to = x, or to + x: of two arrays of one shape. */
    void add(StepList steps, String name, Numbers x, int accumulate, Numbers to);

    /** y = max(x, 0). */
    void relu(StepList steps, Relu op);

    /** Gradient of x. */
    void reluInput(StepList steps, Relu op, int accumulate);

    /** y = silu(gate) up. */
    void swiGlu(StepList steps, SwiGlu op);

    /** Both gradients at once; there is room for one that nothing wants. */
    void swiGluInputs(StepList steps, SwiGlu op, int addGate, int addUp);

    /** The root-mean-square norm, and what each row was multiplied with. */
    void rmsNorm(StepList steps, RmsNorm op);

    /** Gradient of x. */
    void rmsNormInput(StepList steps, RmsNorm op, int accumulate);

    /** Gradient of the weight. */
    void rmsNormWeight(StepList steps, RmsNorm op, int accumulate);

    /** The layer norm, and mean and factor of each row. */
    void layerNorm(StepList steps, LayerNorm op);

    /** Gradient of x. */
    void layerNormInput(StepList steps, LayerNorm op, int accumulate);

    /** Gradient of the weight. */
    void layerNormWeight(StepList steps, LayerNorm op, int accumulate);

    /**
     * Turns a part of every head in place.
     *
     * @param direction 1 to turn, -1 to turn back
     */
    void turn(StepList steps, String name, Rotary op, float direction, Numbers rows);

    /** Rows of a table. */
    void embedding(StepList steps, Embedding op);

    /** Gradient of the table: an entry adds the rows that took it, in their order. */
    void embeddingTable(StepList steps, Embedding op, int accumulate);

    /** Losses, and the gradient of logits. */
    void crossEntropy(StepList steps, CrossEntropyLoss op);
}
