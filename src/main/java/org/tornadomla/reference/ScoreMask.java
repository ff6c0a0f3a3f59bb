package org.tornadomla.reference;

import org.tornadomla.error.ShapeException;

/** What is added to the score of a query and a key; -infinity hides the key. */
@FunctionalInterface
public interface ScoreMask {

    /** An additive mask's values below this hide their keys: files write the lowest finite number of some format. */
    double HIDDEN_BELOW = -1e30;

    /** Every key is visible. */
    ScoreMask NONE = (head, query, key) -> 0;

    /**
     * The mask's value.
     *
     * @param head  head, from 0
     * @param query row of the query among the queries, from 0
     * @param key   row of the key among all keys, from 0
     * @return what is added to the score, or -infinity to hide the key
     */
    double bias(int head, int query, int key);

    /**
     * Query i sees the cached keys and those of its own chunk up to i.
     *
     * @param cachedRows keys in front of the first query's own
     * @return the mask
     */
    static ScoreMask causal(int cachedRows) {
        return (head, query, key) -> key <= cachedRows + query ? 0 : Double.NEGATIVE_INFINITY;
    }

    /**
     * Query i sees its own key and those before it, {@code width} in all.
     *
     * @param cachedRows keys in front of the first query's own
     * @param width      keys seen at most
     * @return the mask
     */
    static ScoreMask window(int cachedRows, int width) {
        return causal(cachedRows)
                .and((head, query, key) -> key > cachedRows + query - width ? 0 : Double.NEGATIVE_INFINITY);
    }

    /**
     * Only the first keys are visible.
     *
     * @param length number of visible keys
     * @return the mask
     */
    static ScoreMask keyLength(int length) {
        return (head, query, key) -> key < length ? 0 : Double.NEGATIVE_INFINITY;
    }

    /**
     * A stored additive mask of one sequence.
     *
     * @param values  [heads, queries, keys]; below {@link #HIDDEN_BELOW} hides a key
     * @param heads   1 where all heads share a mask
     * @param queries number of queries
     * @param keys    number of keys
     * @return the mask
     * @throws ShapeException when the values are not that many
     */
    static ScoreMask additive(float[] values, int heads, int queries, int keys) {
        if (values.length != (long) heads * queries * keys) {
            throw new ShapeException(
                    "mask has " + values.length + " values, expected " + heads + " x " + queries + " x " + keys);
        }
        return (head, query, key) -> {
            double value = values[((heads == 1 ? 0 : head) * queries + query) * keys + key];
            return value < HIDDEN_BELOW ? Double.NEGATIVE_INFINITY : value;
        };
    }

    /**
     * This mask and another: a key must be visible to both, other values add.
     *
     * @param other the other mask
     * @return the sum
     */
    default ScoreMask and(ScoreMask other) {
        return (head, query, key) -> bias(head, query, key) + other.bias(head, query, key);
    }
}
