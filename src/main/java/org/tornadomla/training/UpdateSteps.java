package org.tornadomla.training;

import org.tornadomla.graph.StepList;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The optimisers of a family of kernels. */
interface UpdateSteps {

    /**
     * What a step of any optimiser reads.
     *
     * @param clip  the factor on gradients, and their length
     * @param rates the optimiser's numbers of the step
     */
    record Pace(FloatArray clip, FloatArray rates) {
    }

    /**
     * Sums of the squares of a weight's gradient, a row each.
     *
     * @param at   where the first sum stands
     * @param sums floats
     */
    void squares(StepList steps, Tensor w, int at, FloatArray sums);

    /** The factor that holds the length of all gradients below a limit, and that length. */
    void clip(StepList steps, FloatArray sums, Pace pace);

    /**
     * A step of AdamW.
     *
     * @param m mean of gradients
     * @param v mean of their squares
     */
    void adamW(StepList steps, Tensor w, Pace pace, float decay, Numbers m, Numbers v);

    /** A step of SGD with momentum m. */
    void sgd(StepList steps, Tensor w, Pace pace, float momentum, float decay, Numbers m);
}
