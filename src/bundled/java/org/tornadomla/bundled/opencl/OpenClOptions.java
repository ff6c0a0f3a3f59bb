package org.tornadomla.bundled.opencl;

import java.nio.file.Path;

import org.tornadomla.bundled.device.DeviceDescription;

/**
 * Choices of the engine.
 *
 * @param contract       whether {@code a * b + c} may be computed without rounding the product and lanes be summed in
 *                           halves; without it + - * / give Java's bits
 * @param flags          further options for the driver's compiler, such as {@code -cl-fast-relaxed-math}; empty for
 *                           none
 * @param cacheDirectory where built programs are kept between processes; null keeps none
 * @param allBinaries    whether also those drivers are asked for binaries that keep what they compiled themselves
 */
record OpenClOptions(boolean contract, String flags, Path cacheDirectory, boolean allBinaries) {

    /** System property that turns contraction off when it is {@code false}. */
    static final String CONTRACT_PROPERTY = "mla.opencl.contract";

    /** System property with further options for the driver's compiler. */
    static final String FLAGS_PROPERTY = "mla.opencl.flags";

    /** System property that keeps no programs when it is {@code false}. */
    static final String KEEP_PROPERTY = "mla.opencl.keep";

    /** Contraction and the user's cache folder, unless their properties say otherwise. */
    static OpenClOptions standard() {
        Path folder = cacheFolder(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home"));
        return new OpenClOptions(isOn(CONTRACT_PROPERTY), System.getProperty(FLAGS_PROPERTY, ""),
                isOn(KEEP_PROPERTY) ? folder : null, false);
    }

    /**
     * Whether a driver's binaries are kept. PoCL keeps them in its own cache, by their source, and compiles a program
     * once more to hand it out.
     */
    boolean keepsBinaries(DeviceDescription description) {
        return allBinaries || !description.platform().startsWith("Portable Computing Language");
    }

    private static boolean isOn(String property) {
        return Boolean.parseBoolean(System.getProperty(property, "true"));
    }

    /** The library's folder in the user's folder of caches, which is null or blank where it is the usual one. */
    static Path cacheFolder(String caches, String home) {
        Path root = caches == null || caches.isBlank() ? Path.of(home, ".cache") : Path.of(caches);
        return root.resolve("tornado-mla");
    }
}
