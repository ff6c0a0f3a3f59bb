package org.tornadomla.training;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.tensor.Padding;

/**
 * How many work-items the steps of many cores keep busy, and widths in floats.
 *
 * @param groups how work-items stand in groups
 */
record ManyGrids(WorkGroups groups) {

    /** A group for each row, or other piece of work. */
    Grid rows(long rows) {
        return groups.grid(rows);
    }

    /** A work-item for each number. */
    Grid numbers(long numbers) {
        return groups.grid(Math.ceilDiv(numbers, (long) groups.items()));
    }

    /** A work-item for each number of all rows. */
    Grid numbers(Numbers rows) {
        return numbers((long) rows.rows() * rows.width());
    }

    /** A group for each sixteen columns. */
    Grid columns(Tensor of) {
        return groups.grid(of.vectors());
    }

    /** Columns of a row that hold numbers, a multiple of 16. */
    int width(Tensor of) {
        return floats(of.vectors());
    }

    /** Floats of some vectors. */
    int floats(int vectors) {
        return vectors * Padding.LANES;
    }
}
