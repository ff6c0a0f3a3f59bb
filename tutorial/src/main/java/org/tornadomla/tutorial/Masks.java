package org.tornadomla.tutorial;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Chapter 4. Which keys a query may see: a range of rows for each, written before every execution. */
final class Masks {

    private Masks() {
    }

    /** Where a query's keys begin and end: two numbers a row. */
    static IntArray spans(NetworkBuilder network, String name, Side queries) {
        return network.tape().integers(name, 2 * queries.rows());
    }

    // page: masks
    /** Every query sees all letters of the text that it stands in, or translates. */
    static void all(IntArray spans, Side queries, Side keys) {
        for (int row = 0; row < queries.rows(); row++) {
            int text = row / queries.length();
            see(spans, row, text * keys.length(), keys.letters(text));
        }
    }

    /** A query sees its own letter and those before it: what it is to say next is hidden. */
    static void past(IntArray spans, Side queries) {
        for (int row = 0; row < queries.rows(); row++) {
            int text = row / queries.length();
            see(spans, row, text * queries.length(), row % queries.length() + 1);
        }
    }

    private static void see(IntArray spans, int row, int first, int count) {
        spans.set(2 * row, first);
        spans.set(2 * row + 1, first + count);
    }
    // end
}
