package org.tornadomla.training;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.ExpertChoice;
import org.tornadomla.kernels.training.ExpertLoads;
import org.tornadomla.kernels.training.ExpertPlaces;
import org.tornadomla.kernels.training.ExpertRows;
import org.tornadomla.tensor.Padding;

/** {@link MixtureSteps} for few cores: loops over rows, pairs, places or experts. */
record FewMixture(Workspace work) implements MixtureSteps {

    @Override
    public void choose(StepList steps, Mixture op) {
        MixtureShape shape = op.shape();
        Tensor logits = op.logits();
        String name = op.y().name();
        Mixture.Pairs pairs = op.pairs();
        steps.add(name + "_choice", Grid.loop(logits.rows()), ExpertChoice::rows, logits.values().vectors(), op.bias(),
                op.counts(), work.sizes(), work.size(logits.rows()), shape.experts(), padded(shape), shape.devices(),
                shape.limit(), shape.topK(), shape.sigmoid() ? 1 : 0, (float) shape.factor(), logits.stride(),
                pairs.chosen(), pairs.scores(), pairs.weights(), op.scores().values().vectors());
        steps.add(name + "_loads", Grid.loop(shape.experts()), ExpertLoads::count, pairs.chosen(), work.sizes(),
                work.size(logits.rows()), work.size(shape.experts()), shape.topK(), shape.each(), op.loads());
    }

    private static int padded(MixtureShape shape) {
        return Padding.toVectors(shape.experts());
    }

    @Override
    public void place(StepList steps, Mixture op) {
        MixtureShape shape = op.shape();
        Mixture.Pairs pairs = op.pairs();
        int count = pairs.chosen().getSize();
        String name = op.y().name();
        steps.add(name + "_keep", Grid.loop(count), ExpertPlaces::keep, pairs.chosen(), pairs.scores(), op.counts(),
                work.sizes(), work.size(count), shape.topK(), shape.each(), shape.capacity(), pairs.kept());
        steps.add(name + "_count", Grid.loop(shape.experts()), ExpertPlaces::count, pairs.chosen(), pairs.kept(),
                work.sizes(), work.size(count), work.size(shape.experts()), op.computed());
        Experts experts = op.experts();
        steps.add(name + "_sort", Grid.loop(shape.experts()), ExpertPlaces::sort, pairs.chosen(), pairs.kept(),
                op.computed(), work.sizes(), work.size(count), work.size(shape.experts()), experts.places(),
                experts.groups(), experts.pairOf(), pairs.places());
    }

    @Override
    public void gather(StepList steps, String name, Mixture op, int weighted, Numbers x, Numbers places) {
        steps.add(name, Grid.loop(places.rows()), ExpertRows::gather, x.vectors(), op.experts().pairOf(),
                op.pairs().weights(), work.sizes(), work.size(places.rows()), op.shape().topK(), weighted, x.stride(),
                places.vectors());
    }

    @Override
    public void sum(StepList steps, String name, Mixture op, int flags, Numbers places, Numbers y) {
        Mixture.Pairs pairs = op.pairs();
        steps.add(name, Grid.loop(y.rows()), ExpertRows::sum, places.vectors(), pairs.places(), pairs.kept(),
                pairs.weights(), work.sizes(), work.size(y.rows()), op.shape().topK(), flags & WEIGHTED, y.stride(),
                (flags & ADDED) / ADDED, y.vectors());
    }

    @Override
    public void experts(StepList steps, Experts op) {
        new FewExperts(work, op).forward(steps);
    }

    @Override
    public void expertGradients(StepList steps, Experts op) {
        new FewExperts(work, op).backward(steps);
    }

    @Override
    public void weights(StepList steps, Mixture op) {
        Mixture.Pairs pairs = op.pairs();
        int count = pairs.chosen().getSize();
        steps.add("d_" + op.y().name() + "_weights", Grid.loop(count), ExpertRows::weights, op.y().gradient().vectors(),
                op.experts().forward().y().vectors(), pairs.places(), pairs.kept(), work.sizes(), work.size(count),
                op.shape().topK(), op.y().stride(), pairs.gradients());
    }

    @Override
    public void logits(StepList steps, Mixture op) {
        MixtureShape shape = op.shape();
        Tensor logits = op.logits();
        Mixture.Pairs pairs = op.pairs();
        String name = "d_" + op.y().name();
        steps.add(name + "_costs", Grid.loop(shape.experts()), ExpertLoads::costs, op.loads(), op.factors(),
                work.sizes(), work.size(shape.experts()), shape.each(), op.costs());
        steps.add(name + "_logits", Grid.loop(logits.rows()), ExpertChoice::gradient, op.scores().values().vectors(),
                pairs.chosen(), pairs.scores(), pairs.weights(), pairs.gradients(), op.costs(), op.counts(),
                work.sizes(), work.size(logits.rows()), shape.experts(), padded(shape), shape.topK(),
                shape.sigmoid() ? 1 : 0, (float) shape.factor(), logits.stride(), logits.gradient().vectors());
    }
}
