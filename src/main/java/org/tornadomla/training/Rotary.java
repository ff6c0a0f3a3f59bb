package org.tornadomla.training;

import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.StepList;

/**
 * Turns a part of every head of rows in place, and their gradient back: what made the rows does not need them.
 *
 * @param headVectors vectors between heads
 * @param ropeAt      vectors of a head before the part that turns
 */
record Rotary(Tensor x, RotaryTables tables, int heads, int headVectors, int ropeAt) implements Operation {

    @Override
    public void check() {
        int positions = tables.cosines().getSize() / (tables.dimension() / 2);
        for (int row = 0; row < tables.positions().getSize(); row++) {
            int position = tables.positions().get(row);
            if (position < 0 || position >= positions) {
                throw new ShapeException(
                        x.name() + ": position " + position + " of row " + row + " must be 0 to " + (positions - 1));
            }
        }
    }

    @Override
    public void forward(TrainingFamily family, StepList steps) {
        family.rows().turn(steps, x.name() + "_turn", this, 1, x.values());
    }

    @Override
    public void backward(TrainingFamily family, StepList steps) {
        if (x.wantsGradient()) {
            family.rows().turn(steps, "d_" + x.name() + "_turn", this, -1, x.gradient());
        }
    }
}
