package org.tornadomla.training;

import java.util.List;
import org.tornadomla.annotation.Internal;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.SgdStep;
import org.tornadomla.kernels.training.SquaredNorm;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Stochastic gradient descent with momentum.
 *
 * @param momentum part of the last step that goes on
 * @param decay    part of a matrix that is added to its gradient; norms and biases do not decay
 * @param limit    length of all gradients together that is let through; 0 for any
 */
@PublicApi
public record Sgd(double momentum, double decay, double limit) implements Optimizer {

    /** Refuses numbers out of range. */
    public Sgd {
        if (!(momentum >= 0 && momentum < 1) || !(decay >= 0) || !(limit >= 0)) {
            throw new ConfigurationException("momentum, decay and limit of SGD are " + momentum + ", " + decay + " and "
                    + limit + ", must be at least 0, momentum below 1");
        }
    }

    /** @hidden */
    @Override
    @Internal
    public int rates() {
        return SgdStep.RATES;
    }

    /** @hidden */
    @Override
    @Internal
    public void prepare(int number, double rate, FloatArray rates) {
        rates.set(SgdStep.RATE, (float) rate);
        rates.set(SquaredNorm.LIMIT, (float) limit);
    }

    /** @hidden */
    @Override
    @Internal
    public void steps(StepList steps, Workspace work, UpdateSteps family, List<Parameter> parameters,
            UpdateSteps.Pace pace) {
        for (Parameter parameter : parameters) {
            Tensor w = parameter.tensor();
            float added = parameter.matrix() ? (float) decay : 0f;
            family.sgd(steps, w, pace, (float) momentum, added, work.state(w, "m"));
        }
    }
}
