package org.tornadomla.bundled.opencl;

import java.nio.file.Path;

/**
 * Choices of the engine.
 *
 * @param contract       whether {@code a * b + c} may be computed without rounding the product and lanes be summed in halves; without
 *                       it + - * / give Java's bits
 * @param cacheDirectory where built programs are kept between processes; null keeps none
 */
record OpenClOptions(boolean contract, Path cacheDirectory) {

    /** System property that turns contraction off when it is {@code false}. */
    static final String CONTRACT_PROPERTY = "mla.opencl.contract";

    /** Contraction unless its property says otherwise; programs are kept in the user's cache folder. */
    static OpenClOptions standard() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root = cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return new OpenClOptions(Boolean.parseBoolean(System.getProperty(CONTRACT_PROPERTY, "true")), root.resolve("tornado-mla"));
    }
}
