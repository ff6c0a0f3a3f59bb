package org.tornadomla.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of the project, and what its build writes; or an image, which has what a build wrote and no sources.
 *
 * @param root the folder that holds the launcher and the library's pom.xml, or that of an image
 */
record Project(Path root) {

    /** What the program is built from; a folder counts with all that is in it. */
    private static final List<String> SOURCES = List.of("pom.xml", "parent/pom.xml", "src/main", "src/bundled",
            "src/launch", "server/pom.xml", "server/src/main", "tutorial/pom.xml", "tutorial/src/main", "cli/pom.xml",
            "cli/src/main");
    private static final List<String> BENCHMARK_SOURCES = List.of("benchmarks/pom.xml", "benchmarks/src/main");

    /** A module's folder, from that of the parent. */
    private static final Pattern MODULE = Pattern.compile("<module>\\.\\./?([^<]*)</module>");

    /** What stands behind the version in the names of jars that no program runs from. */
    private static final List<String> ASIDE = List.of("-sources.jar", "-javadoc.jar", "-tests.jar");

    /** Whether this is an image: a JVM and the program in one folder. */
    boolean isImage() {
        return Files.isDirectory(root.resolve("app"));
    }

    /** What the launcher and the commands it starts keep between runs. */
    Path target() {
        return root.resolve(isImage() ? "app" : "target");
    }

    /** The folders of all modules, as the parent lists them. */
    List<Path> modules() {
        try {
            return MODULE.matcher(Files.readString(root.resolve("parent/pom.xml"))).results()
                    .map(module -> root.resolve(module.group(1)).normalize()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program's jar, if it is built. */
    Optional<Path> jar() {
        return jar(program(), "tornado-mla-cli-");
    }

    /** The libraries that the program needs, ours among them. */
    Path libraries() {
        return program().resolve("lib");
    }

    private Path program() {
        return root.resolve(isImage() ? "app" : "cli/target");
    }

    /** The benchmarks' jar, if it is built. */
    Optional<Path> benchmarksJar() {
        return jar(root.resolve("benchmarks/target"), "tornado-mla-benchmarks-");
    }

    /** The JVM arguments that every JVM of the project needs, as the build wrote them. */
    Path runArguments() {
        return target().resolve("run.args");
    }

    /** The JVM arguments for memory, for JVMs without an SDK. */
    Path memoryArguments() {
        return target().resolve("memory.args");
    }

    /** A file that is there while a build runs, and stays where one was interrupted. */
    Path unfinished() {
        return target().resolve("unfinished");
    }

    /** Whether the jar is missing or older than a source, or the last build did not end. */
    boolean isStale() {
        return Files.exists(unfinished()) || jar().isEmpty() || !Files.exists(runArguments())
                || changedSince(jar().get(), SOURCES);
    }

    /** Whether the benchmarks' jar is missing, older than a source of it, or older than the program's jar. */
    boolean areBenchmarksStale() {
        return isStale() || benchmarksJar().isEmpty() || changedSince(benchmarksJar().get(), BENCHMARK_SOURCES)
                || modified(benchmarksJar().get()).compareTo(modified(jar().get())) < 0;
    }

    private boolean changedSince(Path built, List<String> sources) {
        FileTime time = modified(built);
        return sources.stream().map(root::resolve).anyMatch(source -> {
            try (Stream<Path> files = Files.walk(source)) {
                return files.anyMatch(file -> modified(file).compareTo(time) > 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> jar(Path folder, String prefix) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                    file -> file.getFileName().toString().startsWith(prefix) && file.toString().endsWith(".jar"))
                    .filter(file -> ASIDE.stream().noneMatch(file.toString()::endsWith)).findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
