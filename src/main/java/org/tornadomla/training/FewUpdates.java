package org.tornadomla.training;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.AdamWStep;
import org.tornadomla.kernels.training.SgdStep;
import org.tornadomla.kernels.training.SquaredNorm;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** {@link UpdateSteps} for few cores: loops over rows of weights. */
record FewUpdates(Workspace work) implements UpdateSteps {

    @Override
    public void squares(StepList steps, Tensor w, int at, FloatArray sums) {
        steps.add("squares_" + w.name(), Grid.loop(w.rows()), SquaredNorm::rows, w.gradient().vectors(), work.sizes(),
                work.size(w.rows()), w.stride(), at, sums);
    }

    @Override
    public void clip(StepList steps, FloatArray sums, Pace pace) {
        steps.add("clip", Grid.loop(1), SquaredNorm::factor, sums, pace.rates(), work.sizes(), work.size(1),
                sums.getSize(), pace.clip());
    }

    @Override
    public void adamW(StepList steps, Tensor w, Pace pace, float decay, Numbers m, Numbers v) {
        steps.add("step_" + w.name(), Grid.loop(w.rows()), AdamWStep::move, w.gradient().vectors(), pace.clip(),
                pace.rates(), work.sizes(), work.size(w.rows()), w.stride(), decay, m.vectors(), v.vectors(),
                w.values().vectors());
    }

    @Override
    public void sgd(StepList steps, Tensor w, Pace pace, float momentum, float decay, Numbers m) {
        steps.add("step_" + w.name(), Grid.loop(w.rows()), SgdStep::move, w.gradient().vectors(), pace.clip(),
                pace.rates(), work.sizes(), work.size(w.rows()), w.stride(), momentum, decay, m.vectors(),
                w.values().vectors());
    }
}
