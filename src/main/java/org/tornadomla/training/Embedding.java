package org.tornadomla.training;

import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.EmbeddingRows;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Rows of a table by their numbers, times a factor. */
final class Embedding implements Operation {

    private final Workspace work;
    private final Parameter table;
    private final IntArray ids;
    private final Tensor y;
    private final float factor;

    Embedding(Workspace work, Parameter table, IntArray ids, Tensor y, double factor) {
        this.work = work;
        this.table = table;
        this.ids = ids;
        this.y = y;
        this.factor = (float) factor;
    }

    @Override
    public void check() {
        int entries = table.rows().published();
        for (int row = 0; row < ids.getSize(); row++) {
            int id = ids.get(row);
            if (id < 0 || id >= entries) {
                throw new ShapeException(y.name() + ": id " + id + " of row " + row + " must be 0 to " + (entries - 1)
                        + ", the entries of " + table.name());
            }
        }
    }

    @Override
    public void forward(StepList steps) {
        steps.add(y.name(), Grid.loop(y.rows()), EmbeddingRows::forward, table.tensor().values(), ids, work.sizes(),
                work.size(y.rows()), y.stride(), factor, y.values());
    }

    @Override
    public void backward(StepList steps) {
        if (!table.tensor().wantsGradient()) {
            return;
        }
        int entries = table.rows().published();
        steps.add("d_" + y.name(), Grid.loop(entries), EmbeddingRows::table, ids, y.gradient(), work.sizes(),
                work.size(y.rows()), work.size(entries), y.stride(), factor, table.tensor().accumulate(),
                table.tensor().gradient());
    }
}
