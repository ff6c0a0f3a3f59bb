package org.tornadomla.weights;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepBuffer;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Each token's row of a table as a step of a graph, the table left open.
 *
 * @param name  of the step
 * @param step  counts and token records with ids
 * @param width numbers of a row
 * @param x     [tokens] rows that products write. Modified
 */
public record RowCopy(String name, StepBuffer step, int width, Rows x) {

    /** The grid of a kernel that has a work-item a token. */
    public Grid loop() {
        return Grid.loop(step.capacity().tokens());
    }

    /** Whether rows are vectors, padded with zeros. */
    boolean inVectors() {
        return x.array() instanceof VectorFloat16;
    }
}
