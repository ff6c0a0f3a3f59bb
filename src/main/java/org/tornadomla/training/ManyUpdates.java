package org.tornadomla.training;

import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.GroupAdamW;
import org.tornadomla.kernels.training.GroupSgd;
import org.tornadomla.kernels.training.GroupSquares;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** {@link UpdateSteps} for many cores: a work-item moves single numbers. */
record ManyUpdates(Workspace work, ManyGrids grids) implements UpdateSteps {

    @Override
    public void squares(StepList steps, Tensor w, int at, FloatArray sums) {
        Numbers gradient = w.gradient();
        steps.add("squares_" + w.name(), grids.rows(w.rows()), GroupSquares::rows, new KernelContext(),
                gradient.floats(), work.sizes(), work.size(w.rows()), gradient.width(), at, sums);
    }

    @Override
    public void clip(StepList steps, FloatArray sums, Pace pace) {
        steps.add("clip", grids.rows(1), GroupSquares::factor, new KernelContext(), sums, pace.rates(), work.sizes(),
                work.size(sums.getSize()), pace.clip());
    }

    @Override
    public void adamW(StepList steps, Tensor w, Pace pace, float decay, Numbers m, Numbers v) {
        steps.add("step_" + w.name(), grids.numbers(m), GroupAdamW::move, new KernelContext(), w.gradient().floats(),
                pace.clip(), pace.rates(), work.sizes(), work.size(w.rows()), m.width(), decay, m.floats(), v.floats(),
                w.values().floats());
    }

    @Override
    public void sgd(StepList steps, Tensor w, Pace pace, float momentum, float decay, Numbers m) {
        steps.add("step_" + w.name(), grids.numbers(m), GroupSgd::move, new KernelContext(), w.gradient().floats(),
                pace.clip(), pace.rates(), work.sizes(), work.size(w.rows()), m.width(), momentum, decay, m.floats(),
                w.values().floats());
    }
}
