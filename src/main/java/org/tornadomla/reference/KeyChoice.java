package org.tornadomla.reference;

import java.util.stream.IntStream;

/**
 * How an indexer's best keys are chosen. Implementations differ where scores are equal, as those of keys that no head
 * finds are.
 */
@FunctionalInterface
public interface KeyChoice {

    /** Of equal scores the first are taken. */
    KeyChoice FIRST = (scores, keys, most) -> IntStream.range(0, scores.length).boxed()
            .sorted((left, right) -> Double.compare(scores[right], scores[left])).limit(most)
            .mapToInt(Integer::intValue).toArray();

    /**
     * Chooses keys.
     *
     * @param scores [keys that the query sees]
     * @param keys   all keys of the call, those behind the query's own too
     * @param most   most keys
     * @return at most that many of those that the query sees
     */
    int[] best(double[] scores, int keys, int most);
}
