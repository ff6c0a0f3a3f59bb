package org.tornadomla.weights;

import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.StepList;

/** A table of rows that are copied by number, as embeddings are. */
public interface RowTable {

    /** Registers the arrays under a name. */
    void register(Buffers buffers, String name);

    /** Adds a step that copies rows. */
    void copy(StepList steps, RowCopy copy);
}
