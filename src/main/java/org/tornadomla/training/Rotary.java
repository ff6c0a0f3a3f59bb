package org.tornadomla.training;

import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.RotaryRows;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Turns a part of every head of rows in place, and their gradient back: what made the rows does not need them. */
final class Rotary implements Operation {

    private final Workspace work;
    private final Tensor x;
    private final RotaryTables tables;
    private final int heads;
    private final int headVectors;
    private final int ropeAt;

    Rotary(Workspace work, Tensor x, RotaryTables tables, int heads, int headVectors, int ropeAt) {
        this.work = work;
        this.x = x;
        this.tables = tables;
        this.heads = heads;
        this.headVectors = headVectors;
        this.ropeAt = ropeAt;
    }

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
    public void forward(StepList steps) {
        turn(steps, x.name() + "_turn", 1, x.values());
    }

    @Override
    public void backward(StepList steps) {
        if (x.wantsGradient()) {
            turn(steps, "d_" + x.name() + "_turn", -1, x.gradient());
        }
    }

    private void turn(StepList steps, String name, float direction, VectorFloat16 rows) {
        steps.add(name, Grid.loop(x.rows()), RotaryRows::turn, tables.cosines(), tables.sines(), tables.positions(),
                work.sizes(), work.size(x.rows()), heads, headVectors, ropeAt, tables.dimension(), x.stride(),
                direction, rows);
    }
}
