package org.tornadomla.training;

import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.StepList;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Rows of a table by their numbers, times a factor. */
record Embedding(Parameter table, IntArray ids, Tensor y, float factor) implements Operation {

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
    public void forward(TrainingFamily family, StepList steps) {
        family.rows().embedding(steps, this);
    }

    @Override
    public void backward(TrainingFamily family, StepList steps) {
        if (table.tensor().wantsGradient()) {
            family.rows().embeddingTable(steps, this, table.tensor().accumulate());
        }
    }
}
