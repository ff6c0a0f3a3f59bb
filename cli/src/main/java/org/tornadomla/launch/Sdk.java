package org.tornadomla.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tornadomla.error.ConfigurationException;

/**
 * A TornadoVM SDK that this library can run on.
 *
 * @param home     its folder
 * @param version  its version, as its etc/tornado.release says
 * @param backends its backends, as its etc/tornado.backend says
 */
record Sdk(Path home, String version, List<String> backends) {

    private static final int JDK = 25;
    private static final int MAJOR = 5;
    private static final int MINOR = 2;
    private static final String CURE = "set TORNADOVM_HOME to a TornadoVM SDK of version " + MAJOR + "." + MINOR
            + " or newer for JDK " + JDK + ", see tornado-config/README.md";
    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})[.](\\d{1,9}).*?(?:-jdk(\\d{1,9})(plus)?)?");
    private static final Pattern BACKEND = Pattern.compile("\\s*([a-z]+)-backend\\s*");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /**
     * Reads what an SDK says of itself.
     *
     * @param home        its folder; null or empty when the user named none
     * @param optionFiles the folder tornado-config, with a file for each known backend
     * @throws ConfigurationException naming what is wrong and what to do
     */
    static Sdk open(String home, Path optionFiles) {
        if (home == null || home.isEmpty()) {
            throw new ConfigurationException("engine tornadovm needs an SDK: " + CURE);
        }
        Path folder = Path.of(home).toAbsolutePath();
        if (!Files.isDirectory(folder.resolve("share/java/tornado"))) {
            throw new ConfigurationException("TORNADOVM_HOME is " + home
                    + ", which holds no TornadoVM SDK (no share/java/tornado in it): " + CURE);
        }
        String version = property(folder, "etc/tornado.release", "version");
        if (version.isEmpty()) {
            throw new ConfigurationException(
                    "the SDK in " + home + " does not name its version in etc/tornado.release; install it again");
        }
        Sdk sdk = new Sdk(folder, version, backends(folder));
        sdk.checkVersion();
        sdk.checkBackends(optionFiles);
        return sdk;
    }

    private static List<String> backends(Path folder) {
        return Pattern.compile(",").splitAsStream(property(folder, "etc/tornado.backend", "tornado.backends"))
                .map(BACKEND::matcher).filter(Matcher::matches).map(match -> match.group(1)).toList();
    }

    private void checkVersion() {
        Matcher parts = parts();
        int major = Integer.parseInt(parts.group(1));
        if (major < MAJOR || major == MAJOR && Integer.parseInt(parts.group(2)) < MINOR) {
            throw new ConfigurationException("the SDK in " + home + " is " + version + ", too old: " + CURE);
        }
        if (hasTemplate() && !Files.isReadable(template())) {
            throw new ConfigurationException("the SDK in " + home + ", " + version
                    + ", does not say how it is started (no tornado-argfile.template in it); install it again");
        }
        if (floor().orElse(JDK) < 22) {
            throw new ConfigurationException(
                    "the SDK in " + home + " is " + version + ", made for JDK " + floor().get() + ": " + CURE);
        }
    }

    private void checkBackends(Path optionFiles) {
        if (backends.isEmpty()) {
            throw new ConfigurationException(
                    "the SDK in " + home + " names no backend in etc/tornado.backend; install it again");
        }
        List<String> known = known(optionFiles);
        for (String backend : backends) {
            if (!known.contains(backend)) {
                throw new ConfigurationException("the SDK in " + home + " has the backend " + backend
                        + ", which is unknown here; known are " + String.join(" ", known));
            }
        }
    }

    private static List<String> known(Path optionFiles) {
        try (Stream<Path> files = Files.list(optionFiles)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".args") && !name.equals("common.args") && !name.startsWith("sdk-"))
                    .map(name -> name.substring(0, name.lastIndexOf('.'))).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Matcher parts() {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            throw new ConfigurationException("the SDK in " + home + " gives its version as " + version
                    + " in etc/tornado.release, which is none; install it again");
        }
        return parts;
    }

    /** Whether the SDK brings the list of its JVM options, as all lines after 5.x do. */
    boolean hasTemplate() {
        return Integer.parseInt(parts().group(1)) > MAJOR;
    }

    /** The list of JVM options that the SDK brings. */
    Path template() {
        return home.resolve("tornado-argfile.template");
    }

    /**
     * The first JDK that the SDK works with, if it says so: by its file etc/tornado.jdk, or by the end of its version.
     * 21 stands for an SDK whose classes have preview features of JDK 21, which no other JDK loads.
     */
    private Optional<Integer> floor() {
        Path file = home.resolve("etc/tornado.jdk");
        if (Files.isReadable(file)) {
            Matcher number = NUMBER.matcher(read(file));
            if (number.find()) {
                return Optional.of(Integer.valueOf(number.group()));
            }
        }
        return Optional.ofNullable(parts().group(3)).map(Integer::valueOf);
    }

    /**
     * The JDK to start on.
     *
     * @param jdks those of this machine, the preferred one first
     * @throws ConfigurationException when none of them fits, with the one that is needed
     */
    Jdk choose(List<Jdk> jdks) {
        // The compiler inside a 5.x SDK fits one JDK.
        boolean exact = floor().isPresent() && !hasTemplate() && parts().group(4) == null;
        int wanted = floor().orElse(JDK);
        return jdks.stream().filter(jdk -> exact ? jdk.version() == wanted : jdk.version() >= wanted).findFirst()
                .orElseThrow(() -> new ConfigurationException("no JDK " + wanted + (exact ? "" : " or newer")
                        + ", which the SDK in " + home + " needs, found in JAVA_HOME, /usr/lib/jvm, /Library/Java,"
                        + " ~/.sdkman or on the PATH; install one (https://adoptium.net) or set JAVA_HOME"));
    }

    private static String property(Path folder, String file, String key) {
        Path path = folder.resolve(file);
        if (!Files.isReadable(path)) {
            return "";
        }
        return read(path).lines().filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1).strip()).findFirst().orElse("");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigurationException("cannot read " + file + " of the SDK: " + e, e);
        }
    }
}
