package org.tornadomla.training;

import org.tornadomla.graph.StepList;

/** The routed experts of a family of kernels. */
interface MixtureSteps {

    /** Scores experts, takes the best of each row, and counts how many rows take each. */
    void choose(StepList steps, Mixture op);

    /** Which pairs of a row and an expert are computed, and where they stand among the rows of experts. */
    void place(StepList steps, Mixture op);

    /**
     * Brings rows to the places of experts; empty places become zeros.
     *
     * @param weighted 1 to multiply with the pair's weight
     */
    void gather(StepList steps, String name, Mixture op, int weighted, Numbers x, Numbers places);

    /**
     * Adds up the places of each row's pairs.
     *
     * @param flags {@link #WEIGHTED} and {@link #ADDED}, added
     */
    void sum(StepList steps, String name, Mixture op, int flags, Numbers places, Numbers y);

    /** For {@link #sum}: multiplies with the pair's weight. */
    int WEIGHTED = 1;
    /** For {@link #sum}: adds to what is there. */
    int ADDED = 2;

    /** The experts' feed-forwards on rows at their places. */
    void experts(StepList steps, Experts op);

    /** Gradients of the experts' matrices and of the rows. */
    void expertGradients(StepList steps, Experts op);

    /** Gradient of the weights of pairs: products of the row's gradient and the expert's result. */
    void weights(StepList steps, Mixture op);

    /** Gradient of logits, from those of the weights and from the balance losses. */
    void logits(StepList steps, Mixture op);
}
