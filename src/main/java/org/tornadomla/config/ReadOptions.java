package org.tornadomla.config;

import java.util.Set;

/**
 * What a reader of configurations lets pass.
 *
 * @param ignoredKeys keys that may stand in a configuration although the reader does not know them
 * @param anyStorage  whether weights may be stored in a way that cannot be read, for callers that only want sizes
 */
public record ReadOptions(Set<String> ignoredKeys, boolean anyStorage) {

    /** Nothing passes that is not understood. */
    public static final ReadOptions STRICT = new ReadOptions(Set.of(), false);

    /** Copies the set. */
    public ReadOptions {
        ignoredKeys = Set.copyOf(ignoredKeys);
    }

    /**
     * The same for callers that only want sizes.
     *
     * @return options under which weights may be stored in any way
     */
    public ReadOptions forSizes() {
        return new ReadOptions(ignoredKeys, true);
    }
}
