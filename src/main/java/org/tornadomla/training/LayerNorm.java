package org.tornadomla.training;

import org.tornadomla.graph.StepList;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The layer norm of rows, with a weight and a bias a column.
 *
 * @param kept [rows, 2] floats, mean and factor of each row
 */
record LayerNorm(Tensor x, Tensor weight, Tensor bias, Tensor y, float eps, FloatArray kept) implements Operation {

    /** Numbers of a row. */
    int width() {
        return x.columns().published();
    }

    @Override
    public void forward(TrainingFamily family, StepList steps) {
        family.rows().layerNorm(steps, this);
    }

    @Override
    public void backward(TrainingFamily family, StepList steps) {
        family.products().columnSums(steps, "d_" + y.name() + "_b", y, bias.accumulate(), bias.gradient());
        family.rows().layerNormWeight(steps, this, weight.accumulate());
        if (x.wantsGradient()) {
            family.rows().layerNormInput(steps, this, x.accumulate());
        }
    }
}
