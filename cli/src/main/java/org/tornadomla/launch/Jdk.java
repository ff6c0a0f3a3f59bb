package org.tornadomla.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A JDK of this machine that the library runs on.
 *
 * @param version its major version
 * @param home    its folder
 */
record Jdk(int version, Path home) {

    private static final Pattern LINES = Pattern.compile("\\R");

    /** The JDKs that the launcher found, the preferred one first: lines of a version, a blank and a folder. */
    static List<Jdk> list(String lines) {
        return LINES.splitAsStream(lines).filter(line -> !line.isBlank()).map(line -> {
            int blank = line.indexOf(' ');
            return new Jdk(Integer.parseInt(line.substring(0, blank)), Path.of(line.substring(blank + 1)));
        }).toList();
    }

    Path java() {
        return home.resolve("bin/java");
    }
}
