package org.tornadomla.training;

import java.util.List;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.training.ExpertChoice;
import org.tornadomla.kernels.training.ExpertLoads;
import org.tornadomla.kernels.training.ExpertPlaces;
import org.tornadomla.kernels.training.ExpertRows;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Routed experts: scores and choice, rows to places, each expert's feed-forward on its rows, and their weighted sum.
 * The balance losses have no value on the device, only their gradients.
 */
public final class Mixture implements Operation {

    private final Workspace work;
    private final MixtureShape shape;
    private final Tensor x;
    private final Tensor logits;
    private final Tensor y;
    private final Experts experts;
    private final int pairs;
    private final int places;
    private final IntArray counts;
    private final FloatArray bias;
    private final FloatArray factors;
    private final Tensor scores;
    private final IntArray chosen;
    private final FloatArray pairScores;
    private final FloatArray weights;
    private final FloatArray dweights;
    private final IntArray kept;
    private final IntArray loads;
    private final IntArray computed;
    private final FloatArray costs;
    private final IntArray groups;
    private final IntArray pairOf;
    private final IntArray placeOf;

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
        this.pairs = x.rows() * shape.topK();
        this.places = shape.places(x.rows());
        this.counts = ints("_counts", Role.INPUT, x.rows());
        this.bias = floats("_bias", Role.INPUT, shape.experts());
        this.factors = floats("_factors", Role.INPUT, 3);
        this.chosen = ints("_chosen", Role.STATE, pairs);
        this.pairScores = floats("_pairs", Role.SCRATCH, pairs);
        this.weights = floats("_weights", Role.SCRATCH, pairs);
        this.dweights = floats("_dweights", Role.SCRATCH, pairs);
        this.kept = ints("_kept", Role.STATE, pairs);
        this.loads = ints("_loads", Role.STATE, 2 * shape.experts());
        this.computed = ints("_computed", Role.SCRATCH, shape.experts());
        this.costs = floats("_costs", Role.SCRATCH, shape.experts());
        this.groups = ints("_groups", Role.SCRATCH, ExpertGrouping.RECORDS + shape.experts() * ExpertGrouping.RECORD);
        this.pairOf = ints("_pair_of", Role.SCRATCH, places);
        this.placeOf = ints("_place_of", Role.SCRATCH, pairs);
        this.experts = new Experts(work, y.name(), shape, places, groups, pairOf, matrices);
    }

    private IntArray ints(String suffix, Role role, int length) {
        return work.buffers().add(y.name() + suffix, role, new IntArray(length));
    }

    private FloatArray floats(String suffix, Role role, int length) {
        return work.buffers().add(y.name() + suffix, role, new FloatArray(length));
    }

    @Override
    public void forward(StepList steps) {
        choose(steps);
        place(steps);
        steps.add(y.name() + "_gather", Grid.loop(places), ExpertRows::gather, x.values(), pairOf, weights,
                work.sizes(), work.size(places), shape.topK(), 0, x.stride(), experts.input());
        experts.forward(steps);
        steps.add(y.name(), Grid.loop(y.rows()), ExpertRows::sum, experts.output(), placeOf, kept, weights,
                work.sizes(), work.size(y.rows()), shape.topK(), 1, y.stride(), 0, y.values());
    }

    private void choose(StepList steps) {
        steps.add(y.name() + "_choice", Grid.loop(x.rows()), ExpertChoice::rows, logits.values(), bias, counts,
                work.sizes(), work.size(x.rows()), shape.experts(), padded(), shape.devices(), shape.limit(),
                shape.topK(), shape.sigmoid() ? 1 : 0, (float) shape.factor(), logits.stride(), chosen, pairScores,
                weights, scores.values());
        steps.add(y.name() + "_loads", Grid.loop(shape.experts()), ExpertLoads::count, chosen, work.sizes(),
                work.size(x.rows()), work.size(shape.experts()), shape.topK(), shape.each(), loads);
    }

    private int padded() {
        return Padding.toVectors(shape.experts());
    }

    private void place(StepList steps) {
        steps.add(y.name() + "_keep", Grid.loop(pairs), ExpertPlaces::keep, chosen, pairScores, counts, work.sizes(),
                work.size(pairs), shape.topK(), shape.each(), shape.capacity(), kept);
        steps.add(y.name() + "_count", Grid.loop(shape.experts()), ExpertPlaces::count, chosen, kept, work.sizes(),
                work.size(pairs), work.size(shape.experts()), computed);
        steps.add(y.name() + "_sort", Grid.loop(shape.experts()), ExpertPlaces::sort, chosen, kept, computed,
                work.sizes(), work.size(pairs), work.size(shape.experts()), places, groups, pairOf, placeOf);
    }

    @Override
    public void backward(StepList steps) {
        String name = "d_" + y.name();
        steps.add(name + "_weights", Grid.loop(pairs), ExpertRows::weights, y.gradient(), experts.output(), placeOf,
                kept, work.sizes(), work.size(pairs), shape.topK(), y.stride(), dweights);
        steps.add(name + "_gather", Grid.loop(places), ExpertRows::gather, y.gradient(), pairOf, weights, work.sizes(),
                work.size(places), shape.topK(), 1, y.stride(), experts.outputGradient());
        experts.backward(steps);
        if (x.wantsGradient()) {
            steps.add(name + "_dx", Grid.loop(x.rows()), ExpertRows::sum, experts.inputGradient(), placeOf, kept,
                    weights, work.sizes(), work.size(x.rows()), shape.topK(), 0, x.stride(), x.accumulate(),
                    x.gradient());
        }
        steps.add(name + "_costs", Grid.loop(shape.experts()), ExpertLoads::costs, loads, factors, work.sizes(),
                work.size(shape.experts()), shape.each(), costs);
        logits.begin();
        steps.add(name + "_logits", Grid.loop(x.rows()), ExpertChoice::gradient, scores.values(), chosen, pairScores,
                weights, dweights, costs, counts, work.sizes(), work.size(x.rows()), shape.experts(), padded(),
                shape.topK(), shape.sigmoid() ? 1 : 0, (float) shape.factor(), logits.stride(), logits.gradient());
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
        return chosen;
    }

    /** [rows, topK], 1 for a pair that was computed. */
    public IntArray kept() {
        return kept;
    }

    /** [2, experts], rows that take an expert, and rows that are sent to its device. */
    public IntArray loads() {
        return loads;
    }
}
