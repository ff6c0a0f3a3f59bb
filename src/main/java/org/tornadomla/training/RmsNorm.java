package org.tornadomla.training;

import org.tornadomla.graph.StepList;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The root-mean-square norm of rows, with a weight a column and a factor.
 *
 * @param scales [rows] floats, what each row was multiplied with
 */
record RmsNorm(Tensor x, Tensor weight, Tensor y, float eps, float factor, FloatArray scales) implements Operation {

    /** Numbers of a row. */
    int width() {
        return x.columns().published();
    }

    @Override
    public void forward(TrainingFamily family, StepList steps) {
        family.rows().rmsNorm(steps, this);
    }

    @Override
    public void backward(TrainingFamily family, StepList steps) {
        if (weight.wantsGradient()) {
            family.rows().rmsNormWeight(steps, this, weight.accumulate());
        }
        if (x.wantsGradient()) {
            family.rows().rmsNormInput(steps, this, x.accumulate());
        }
    }
}
