package org.tornadomla.training;

import org.tornadomla.graph.StepList;

/** The products of a family of kernels. */
interface ProductSteps {

    /** y = x W^T + b. */
    void linear(StepList steps, Linear op);

    /** dW = dy^T x, added to what is there where accumulate is 1. */
    void linearWeight(StepList steps, Linear op, int accumulate);

    /** dx = dy W, added to what is there where accumulate is 1. */
    void linearInput(StepList steps, Linear op, int accumulate);

    /**
     * Sums of the columns of a gradient.
     *
     * @param of         whose gradient
     * @param accumulate 1 to add to what is there
     * @param to         one row
     */
    void columnSums(StepList steps, String name, Tensor of, int accumulate, Numbers to);
}
