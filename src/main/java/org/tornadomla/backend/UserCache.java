package org.tornadomla.backend;

import java.nio.file.Path;

/** The folder in which the library keeps what it can compute again. */
public final class UserCache {

    private static final String NAME = "tornado-mla";

    private UserCache() {
    }

    /** {@code tornado-mla} in XDG_CACHE_HOME, or in {@code .cache} of the user's home; it need not exist. */
    public static Path folder() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root = cache == null || cache.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(cache);
        return root.resolve(NAME);
    }
}
