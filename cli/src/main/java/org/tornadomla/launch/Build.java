package org.tornadomla.launch;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Builds the project when it is older than its sources. The launcher starts this class from its source, since there is
 * no jar yet; it may use the JDK and its neighbours alone, and so may those that it uses.
 */
public final class Build {

    private static final String BENCHMARKS = "--benchmarks";

    private final Project project;
    private final boolean benchmarks;
    private final PrintStream err;

    private Build(Project project, boolean benchmarks, PrintStream err) {
        this.project = project;
        this.benchmarks = benchmarks;
        this.err = err;
    }

    /** Builds, and ends the JVM. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.exit(run(System.err, arguments));
    }

    /**
     * Builds.
     *
     * @param err       is told what is built, and what went wrong
     * @param arguments the project's folder, and perhaps --benchmarks
     * @return 1 when the build failed, 2 when it cannot begin
     */
    static int run(PrintStream err, String... arguments) throws IOException, InterruptedException {
        Project project = new Project(Path.of(arguments[0]));
        return new Build(project, Arrays.asList(arguments).contains(BENCHMARKS), err).underLock();
    }

    /** Two launchers that start at once build one after the other, and the second finds everything done. */
    private int underLock() throws IOException, InterruptedException {
        Files.createDirectories(project.target());
        try (FileChannel file = FileChannel.open(project.target().resolve("build.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); FileLock _ = file.lock()) {
            return isStale() ? run() : 0;
        }
    }

    private boolean isStale() {
        return benchmarks ? project.areBenchmarksStale() : project.isStale();
    }

    private int run() throws IOException, InterruptedException {
        Optional<Maven> maven = Maven.find(project.root());
        if (maven.isEmpty()) {
            err.println("error: " + Maven.MISSING);
            return 2;
        }
        err.println(benchmarks ? "building the benchmarks ..." : "building tornado-mla ...");
        FileTime begin = FileTime.fromMillis(System.currentTimeMillis());
        Files.write(project.unfinished(), new byte[0]);
        removeClasses();
        Path log = project.target().resolve("build.log");
        int status = maven.get().process(goals()).redirectErrorStream(true).redirectOutput(log.toFile()).start()
                .waitFor();
        if (status != 0) {
            err.write(Files.readAllBytes(log));
            err.println("error: the build failed, see above");
            return 1;
        }
        // An unchanged jar is not written again, but is up to date now, with sources as they were when the build began.
        Files.setLastModifiedTime(project.jar().orElseThrow(), begin);
        if (benchmarks) {
            Files.setLastModifiedTime(project.benchmarksJar().orElseThrow(), begin);
        }
        Files.delete(project.unfinished());
        return 0;
    }

    /** The form of sources is not checked here: it is no concern of who runs the program. */
    private List<String> goals() {
        return List.of("-q", "-Dmaven.test.skip=true", "-Dformatter.skip=true", "-f", "parent/pom.xml", "-pl",
                benchmarks ? "../cli,../benchmarks" : "../cli", "-am", "package");
    }

    /**
     * Neither the compiler notices that a constant changed which other classes copied, nor Maven that a jar is no
     * longer used.
     */
    private void removeClasses() throws IOException {
        for (Path module : project.modules()) {
            for (String part : List.of("classes", "test-classes", "maven-status", "lib")) {
                delete(module.resolve("target", part));
            }
        }
    }

    /** Deletes a folder with all that is in it; nothing when there is none. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.toList();
        }
        for (Path file : files.reversed()) {
            Files.delete(file);
        }
    }
}
