package org.tornadomla.weights;

import org.tornadomla.graph.Sizes;

/**
 * How a kernel family keeps rows of some width.
 *
 * @param vectors whether in vectors, and not in floats
 * @param floats  of a row, padding included
 */
public record RowForm(boolean vectors, int floats) {

    private static final int LANES = 16;

    /** Elements of the array between rows. */
    public int stride() {
        return vectors ? floats / LANES : floats;
    }

    /**
     * Room for rows.
     *
     * @param what they are, for messages
     * @throws org.tornadomla.error.ShapeException when they do not fit an array
     */
    public Rows allocate(String what, long rows) {
        return over(vectors ? Sizes.vectors(what, rows * floats) : Sizes.floats(what, rows * floats));
    }

    /** Rows in an array that is there. */
    public Rows over(Object array) {
        return new Rows(array, stride());
    }
}
