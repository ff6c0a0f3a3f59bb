package org.tornadomla.cache;

import java.util.Objects;

import org.tornadomla.error.CacheException;

/**
 * A wish to append tokens to one sequence, part of a batch.
 *
 * @param sequence the sequence that grows
 * @param tokens   by how many tokens; 0 leaves it as it is
 */
public record Append(CachedSequence sequence, int tokens) {

    /** @throws CacheException when {@code tokens} is negative */
    public Append {
        Objects.requireNonNull(sequence, "sequence");
        if (tokens < 0) {
            throw new CacheException("tokens to append is " + tokens + ", allowed are 0 or more");
        }
    }
}
