package org.tornadomla.training;

import java.util.List;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpertGrouping;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Routed experts: scores and choice, rows to places, each expert's feed-forward on its rows, and their weighted sum.
 * The balance losses have no value on the device, only their gradients.
 */
public final class Mixture implements Operation {

    /**
     * Pairs of a row and an expert that it takes, [rows, topK] each.
     *
     * @param chosen    expert or -1
     * @param scores    the expert's score
     * @param weights   what its result is multiplied with
     * @param gradients of the weights
     * @param kept      1 for a pair that is computed
     * @param places    where the pair stands among the rows of experts
     */
    record Pairs(IntArray chosen, FloatArray scores, FloatArray weights, FloatArray gradients, IntArray kept,
            IntArray places) {
    }

    private final Workspace work;
    private final MixtureShape shape;
    private final Tensor x;
    private final Tensor logits;
    private final Tensor y;
    private final Experts experts;
    private final IntArray counts;
    private final FloatArray bias;
    private final FloatArray factors;
    private final Tensor scores;
    private final Pairs pairs;
    private final IntArray loads;
    private final IntArray computed;
    private final FloatArray costs;

    /**
     * @param x        [rows, hidden]
     * @param logits   [rows, experts]
     * @param matrices gate and up [experts, inner, hidden], down [experts, hidden, inner]
     * @param scores   [rows, experts]
     * @param y        [rows, hidden]
     */
    Mixture(Workspace work, MixtureShape shape, Tensor x, Tensor logits, List<Tensor> matrices, Tensor scores,
            Tensor y) {
        this.work = work;
        this.shape = shape;
        this.x = x;
        this.logits = logits;
        this.scores = scores;
        this.y = y;
        int count = x.rows() * shape.topK();
        this.counts = ints("_counts", Role.INPUT, x.rows());
        this.bias = floats("_bias", Role.INPUT, shape.experts());
        this.factors = floats("_factors", Role.INPUT, 3);
        this.pairs = new Pairs(ints("_chosen", Role.STATE, count), floats("_pairs", Role.SCRATCH, count),
                floats("_weights", Role.SCRATCH, count), floats("_dweights", Role.SCRATCH, count),
                ints("_kept", Role.STATE, count), ints("_place_of", Role.SCRATCH, count));
        this.loads = ints("_loads", Role.STATE, 2 * shape.experts());
        this.computed = ints("_computed", Role.SCRATCH, shape.experts());
        this.costs = floats("_costs", Role.SCRATCH, shape.experts());
        int places = shape.places(x.rows());
        this.experts = Experts.of(work, y.name(), shape, places,
                ints("_groups", Role.SCRATCH, ExpertGrouping.RECORDS + shape.experts() * ExpertGrouping.RECORD),
                ints("_pair_of", Role.SCRATCH, places), matrices);
    }

    private IntArray ints(String suffix, Role role, int length) {
        return work.buffers().add(y.name() + suffix, role, new IntArray(length));
    }

    private FloatArray floats(String suffix, Role role, int length) {
        return work.buffers().add(y.name() + suffix, role, new FloatArray(length));
    }

    @Override
    public void forward(TrainingFamily family, StepList steps) {
        MixtureSteps mixture = family.mixture();
        mixture.choose(steps, this);
        mixture.place(steps, this);
        mixture.gather(steps, y.name() + "_gather", this, 0, x.values(), experts.forward().x());
        mixture.experts(steps, experts);
        mixture.sum(steps, y.name(), this, MixtureSteps.WEIGHTED, experts.forward().y(), y.values());
    }

    @Override
    public void backward(TrainingFamily family, StepList steps) {
        MixtureSteps mixture = family.mixture();
        String name = "d_" + y.name();
        mixture.weights(steps, this);
        mixture.gather(steps, name + "_gather", this, 1, y.gradient(), experts.backward().y());
        mixture.expertGradients(steps, experts);
        if (x.wantsGradient()) {
            mixture.sum(steps, name + "_dx", this, x.accumulate() * MixtureSteps.ADDED, experts.backward().x(),
                    x.gradient());
        }
        logits.begin();
        mixture.logits(steps, this);
    }

    /**
     * Says what rows there are, before an execution.
     *
     * @param taken [rows] 0 for a row that takes no expert, 1 for one that does, 2 for one that is never dropped
     */
    public void setRows(int[] taken) {
        for (int row = 0; row < taken.length; row++) {
            counts.set(row, taken[row]);
        }
    }

    /** Sets what is added to an expert's score for the choice alone. */
    public void setBias(int expert, double added) {
        bias.set(expert, (float) added);
    }

    /**
     * Sets what the balance losses cost.
     *
     * @param loss   0 for experts, 1 for devices, 2 for communication
     * @param factor gradient of the loss by a row's score, for each pair that counts in it
     */
    public void setFactor(int loss, double factor) {
        factors.set(loss, (float) factor);
    }

    /** [rows, topK], the expert of each pair or -1. */
    public IntArray chosen() {
        return pairs.chosen();
    }

    /** [rows, topK], 1 for a pair that was computed. */
    public IntArray kept() {
        return pairs.kept();
    }

    /** [2, experts], rows that take an expert, and rows that are sent to its device. */
    public IntArray loads() {
        return loads;
    }

    MixtureShape shape() {
        return shape;
    }

    Tensor logits() {
        return logits;
    }

    Tensor y() {
        return y;
    }

    /** [rows, experts]. */
    Tensor scores() {
        return scores;
    }

    Experts experts() {
        return experts;
    }

    Pairs pairs() {
        return pairs;
    }

    /** [rows], 0 for a row that takes no expert, 2 for one that is never dropped. */
    IntArray counts() {
        return counts;
    }

    /** [experts] floats, added for the choice alone. */
    FloatArray bias() {
        return bias;
    }

    /** [3] floats, of the balance losses. */
    FloatArray factors() {
        return factors;
    }

    /** [experts], rows that each computes. */
    IntArray computed() {
        return computed;
    }

    /** [experts] floats, gradient of the balance losses by each row's score. */
    FloatArray costs() {
        return costs;
    }
}
