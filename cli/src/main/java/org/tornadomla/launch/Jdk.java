package org.tornadomla.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JDK of this machine that the library runs on.
 *
 * @param version its major version
 * @param home    its folder
 */
record Jdk(int version, Path home) {

    static final String PRELOADED = "LD_PRELOAD";
    private static final Pattern LINES = Pattern.compile("\\R");

    /** The JDKs that the launcher found, the preferred one first: lines of a version, a blank and a folder. */
    static List<Jdk> list(String lines) {
        return LINES.splitAsStream(lines).filter(line -> !line.isBlank()).map(line -> {
            int blank = line.indexOf(' ');
            return new Jdk(Integer.parseInt(line.substring(0, blank)), Path.of(line.substring(blank + 1)));
        }).toList();
    }

    /**
     * The setting of the environment with which the JVM keeps its handlers of signals whatever a driver in C sets, such
     * as PoCL, whose compiler takes all. Engine opencl sees to that itself.
     *
     * @param preloaded the libraries that the user's setting names; null when there is none
     * @return empty on systems where the JDK has no such library
     */
    Optional<String> signalLibrary(@Nullable String preloaded) {
        Path library = home.resolve("lib/libjsig.so");
        return Files.exists(library)
                ? Optional.of(PRELOADED + "=" + library + (preloaded == null ? "" : ":" + preloaded))
                : Optional.empty();
    }

    Path java() {
        return home.resolve("bin/java");
    }
}
