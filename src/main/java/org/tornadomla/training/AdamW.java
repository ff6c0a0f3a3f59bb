package org.tornadomla.training;

import java.util.List;
import org.tornadomla.annotation.Internal;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.AdamWStep;
import org.tornadomla.kernels.training.SquaredNorm;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * AdamW: steps along the mean of gradients over the root of the mean of their squares, with decay of weights apart.
 *
 * @param first  part of the mean of gradients that stays, b1
 * @param second part of the mean of squares that stays, b2
 * @param eps    added to the root
 * @param decay  part of a matrix that is taken off at each step, times the rate; norms and biases do not decay
 * @param limit  length of all gradients together that is let through; 0 for any
 */
@PublicApi
public record AdamW(double first, double second, double eps, double decay, double limit) implements Optimizer {

    /** Refuses numbers out of range. */
    public AdamW {
        if (!(first >= 0 && first < 1) || !(second >= 0 && second < 1)) {
            throw new ConfigurationException(
                    "b1 and b2 of AdamW are " + first + " and " + second + ", must be at least 0 and below 1");
        }
        if (!(eps > 0) || !(decay >= 0) || !(limit >= 0)) {
            throw new ConfigurationException("eps, decay and limit of AdamW are " + eps + ", " + decay + " and " + limit
                    + ", must be above 0, at least 0 and at least 0");
        }
    }

    /** b1 0.9, b2 0.95, eps 1e-8, decay 0.1, gradients clipped to 1, as DeepSeek-V2 was trained. */
    public static AdamW standard() {
        return new AdamW(0.9, 0.95, 1e-8, 0.1, 1);
    }

    /** @hidden */
    @Override
    @Internal
    public int rates() {
        return AdamWStep.RATES;
    }

    /** @hidden */
    @Override
    @Internal
    public void prepare(int number, double rate, FloatArray rates) {
        rates.set(AdamWStep.RATE, (float) rate);
        rates.set(SquaredNorm.LIMIT, (float) limit);
        rates.set(AdamWStep.FIRST, (float) first);
        rates.set(AdamWStep.SECOND, (float) second);
        rates.set(AdamWStep.FIRST_BIAS, (float) (1 - Math.pow(first, number)));
        rates.set(AdamWStep.SECOND_BIAS, (float) (1 - Math.pow(second, number)));
        rates.set(AdamWStep.EPS, (float) eps);
    }

    /** @hidden */
    @Override
    @Internal
    public void steps(StepList steps, Workspace work, UpdateSteps family, List<Parameter> parameters,
            UpdateSteps.Pace pace) {
        for (Parameter parameter : parameters) {
            Tensor w = parameter.tensor();
            float taken = parameter.matrix() ? (float) decay : 0f;
            family.adamW(steps, w, pace, taken, work.state(w, "m"), work.state(w, "v"));
        }
    }
}
