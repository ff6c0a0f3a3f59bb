package org.tornadomla.backend;

import java.util.Optional;
import java.util.stream.Stream;

import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** Options of the OpenCL compiler underneath TornadoVM. */
final class CompilerFlags {

    /** The property from which TornadoVM takes its options. */
    static final String PROPERTY = "tornado.opencl.compiler.flags";
    private static final String TORNADOVM_DEFAULT = "-cl-mad-enable -cl-fast-relaxed-math -w";
    private static final String POCL = "Portable Computing Language";

    /**
     * Lets PoCL's clang contract {@code a * b + c}. TornadoVM writes the product and the sum of vectors as two
     * statements, which clang contracts under a pragma only. The source is TornadoVM's, so the pragma comes in through
     * the word that every kernel begins with; comments stand for spaces, at which options are cut.
     */
    private static final String CONTRACTION = "-DMLA_PRAGMA(text)=_Pragma(#text) -D__kernel=MLA_PRAGMA(clang/**/fp/**/contract(fast))kernel";

    private CompilerFlags() {
    }

    /**
     * The options for a plan on a device of the SDK, where they are others than those that the JVM was started with.
     */
    static Optional<String> of(TornadoDevice device) {
        String given = System.getProperty(PROPERTY, TORNADOVM_DEFAULT);
        boolean mayContract = Stream.of("-cl-mad-enable", "-cl-fast-relaxed-math", "-cl-unsafe-math-optimizations")
                .anyMatch(given::contains);
        return mayContract && device.getPlatformName().contains(POCL)
                ? Optional.of(given + " " + CONTRACTION)
                : Optional.empty();
    }
}
