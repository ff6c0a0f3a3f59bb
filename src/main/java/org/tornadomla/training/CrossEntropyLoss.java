package org.tornadomla.training;

import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.StepList;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Softmax with cross-entropy over the columns of rows: the end of a tape, whose gradient starts here. Forward computes
 * losses and the gradient of logits in one go.
 */
public final class CrossEntropyLoss implements Operation {

    private final Tensor logits;
    private final IntArray targets;
    private final FloatArray weights;
    private final FloatArray losses;

    CrossEntropyLoss(String name, Workspace work, Tensor logits) {
        this.logits = logits;
        this.targets = work.buffers().add(name + "_targets", Role.INPUT, new IntArray(logits.rows()));
        this.weights = work.buffers().add(name + "_weights", Role.INPUT, new FloatArray(logits.rows()));
        this.losses = work.buffers().add(name, Role.STATE, new FloatArray(logits.rows()));
        targets.init(-1);
    }

    /**
     * Says what a row's class is, before an execution.
     *
     * @param target class; negative for a row that does not count
     * @param weight on the row's loss: one over the number of rows that count, for their mean
     * @throws ShapeException when the row or the class is none of the logits', or the weight is not finite
     */
    public void set(int row, int target, double weight) {
        int classes = logits.columns().published();
        if (row < 0 || row >= logits.rows() || target >= classes || !Double.isFinite(weight)) {
            throw new ShapeException("row " + row + " with class " + target + " and weight " + weight + ": rows of "
                    + logits.name() + " are 0 to " + (logits.rows() - 1) + ", classes up to " + (classes - 1)
                    + ", negative for none, and a weight is finite");
        }
        targets.set(row, target);
        weights.set(row, (float) weight);
    }

    FloatArray losses() {
        return losses;
    }

    Tensor logits() {
        return logits;
    }

    /** [rows], the class of each. */
    IntArray targets() {
        return targets;
    }

    /** [rows] floats. */
    FloatArray weights() {
        return weights;
    }

    @Override
    public void forward(TrainingFamily family, StepList steps) {
        logits.begin();
        family.rows().crossEntropy(steps, this);
    }

    @Override
    public void backward(TrainingFamily family, StepList steps) {
        // The gradient of the logits stands ready.
    }
}
