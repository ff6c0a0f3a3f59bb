package org.tornadomla.decoder;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.CacheException;

/** A text of a scheduler: its place in the order of submissions and, while it runs, its sequence. */
final class RunningText {

    private final Generation generation;
    private final long number;
    private @Nullable Sequence sequence;

    RunningText(Generation generation, long number) {
        this.generation = generation;
        this.number = number;
    }

    Generation generation() {
        return generation;
    }

    /** Place in the order of submissions. */
    long number() {
        return number;
    }

    /** Where its rows are; it has to have begun. */
    Sequence sequence() {
        return Objects.requireNonNull(sequence);
    }

    boolean hasBegun() {
        return sequence != null;
    }

    /** Its sequence is somebody else's from now on. */
    void handOver() {
        sequence = null;
    }

    void start(Sequence begun) {
        sequence = begun;
    }

    /** Tokens whose rows the cache holds. */
    int computed() {
        return sequence().length();
    }

    /** Tokens that are to be computed before the next one can be chosen. */
    int missing() {
        return generation.length() - computed();
    }

    /** Leading tokens that another text has in common with this one, of those that are computed or will be. */
    int common(RunningText other, boolean computedOnly) {
        int most = Math.min(generation.length(), computedOnly ? other.computed() : other.generation.length());
        int length = 0;
        while (length < most && generation.token(length) == other.generation.token(length)) {
            length++;
        }
        return length;
    }

    /** Gives the memory back; also on a device that failed. */
    void stop() {
        if (sequence != null) {
            try {
                sequence.close();
            } catch (CacheException closedAlready) {
                // Its decoder is closed, and the sequence with it.
            }
            sequence = null;
        }
    }
}
