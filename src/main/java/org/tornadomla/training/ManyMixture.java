package org.tornadomla.training;

import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.GroupExpertChoice;
import org.tornadomla.kernels.training.GroupExpertLoads;
import org.tornadomla.kernels.training.GroupExpertPlaces;
import org.tornadomla.kernels.training.GroupExpertRows;
import uk.ac.manchester.tornado.api.KernelContext;

/** {@link MixtureSteps} for many cores: a group takes a row or an expert, or a work-item single numbers. */
record ManyMixture(Workspace work, ManyGrids grids, ManyProducts products) implements MixtureSteps {

    /** Pairs whose weights' gradients a group computes. */
    private static final int PAIRS = 8;

    @Override
    public void choose(StepList steps, Mixture op) {
        MixtureShape shape = op.shape();
        Numbers logits = op.logits().values();
        String name = op.y().name();
        Mixture.Pairs pairs = op.pairs();
        steps.add(name + "_choice", grids.rows(logits.rows()), GroupExpertChoice::rows, new KernelContext(),
                logits.floats(), op.bias(), op.counts(), work.sizes(), work.size(logits.rows()), shape.experts(),
                shape.devices(), shape.limit(), shape.topK(), shape.sigmoid() ? 1 : 0, (float) shape.factor(),
                logits.width(), pairs.chosen(), pairs.scores(), pairs.weights(), op.scores().values().floats());
        steps.add(name + "_loads", grids.rows(shape.experts()), GroupExpertLoads::count, new KernelContext(),
                pairs.chosen(), work.sizes(), work.size(logits.rows()), work.size(shape.experts()), shape.topK(),
                shape.each(), op.loads());
    }

    @Override
    public void place(StepList steps, Mixture op) {
        MixtureShape shape = op.shape();
        Mixture.Pairs pairs = op.pairs();
        int count = pairs.chosen().getSize();
        String name = op.y().name();
        steps.add(name + "_keep", grids.numbers(count), GroupExpertPlaces::keep, new KernelContext(), pairs.chosen(),
                pairs.scores(), op.counts(), work.sizes(), work.size(count), shape.topK(), shape.each(),
                shape.capacity(), pairs.kept());
        steps.add(name + "_count", grids.rows(shape.experts()), GroupExpertPlaces::count, new KernelContext(),
                pairs.chosen(), pairs.kept(), work.sizes(), work.size(count), work.size(shape.experts()),
                op.computed());
        Experts experts = op.experts();
        steps.add(name + "_sort", grids.rows(shape.experts()), GroupExpertPlaces::sort, new KernelContext(),
                pairs.chosen(), pairs.kept(), op.computed(), work.sizes(), work.size(count), work.size(shape.experts()),
                experts.places(), experts.groups(), experts.pairOf(), pairs.places());
    }

    @Override
    public void gather(StepList steps, String name, Mixture op, int weighted, Numbers x, Numbers places) {
        steps.add(name, grids.numbers(places), GroupExpertRows::gather, new KernelContext(), x.floats(),
                op.experts().pairOf(), op.pairs().weights(), work.sizes(), work.size(places.rows()), op.shape().topK(),
                weighted, x.width(), places.floats());
    }

    @Override
    public void sum(StepList steps, String name, Mixture op, int flags, Numbers places, Numbers y) {
        Mixture.Pairs pairs = op.pairs();
        steps.add(name, grids.numbers(y), GroupExpertRows::sum, new KernelContext(), places.floats(), pairs.places(),
                pairs.kept(), pairs.weights(), work.sizes(), work.size(y.rows()), op.shape().topK(), flags & WEIGHTED,
                y.width(), (flags & ADDED) / ADDED, y.floats());
    }

    @Override
    public void experts(StepList steps, Experts op) {
        new ManyExperts(work, grids, products, op).forward(steps);
    }

    @Override
    public void expertGradients(StepList steps, Experts op) {
        new ManyExperts(work, grids, products, op).backward(steps);
    }

    @Override
    public void weights(StepList steps, Mixture op) {
        Mixture.Pairs pairs = op.pairs();
        int count = pairs.chosen().getSize();
        steps.add("d_" + op.y().name() + "_weights", grids.rows(Math.ceilDiv(count, PAIRS)), GroupExpertRows::weights,
                new KernelContext(), op.y().gradient().floats(), op.experts().forward().y().floats(), pairs.places(),
                pairs.kept(), work.sizes(), work.size(count), op.shape().topK(), op.y().values().width(),
                pairs.gradients());
    }

    @Override
    public void logits(StepList steps, Mixture op) {
        MixtureShape shape = op.shape();
        Numbers logits = op.logits().gradient();
        Mixture.Pairs pairs = op.pairs();
        String name = "d_" + op.y().name();
        steps.add(name + "_costs", grids.numbers(shape.experts()), GroupExpertLoads::costs, new KernelContext(),
                op.loads(), op.factors(), work.sizes(), work.size(shape.experts()), shape.each(), op.costs());
        steps.add(name + "_logits", grids.rows(logits.rows()), GroupExpertChoice::gradient, new KernelContext(),
                op.scores().values().floats(), pairs.chosen(), pairs.scores(), pairs.weights(), pairs.gradients(),
                op.costs(), op.counts(), work.sizes(), work.size(logits.rows()), shape.experts(), shape.topK(),
                shape.sigmoid() ? 1 : 0, (float) shape.factor(), logits.width(), logits.floats());
    }
}
