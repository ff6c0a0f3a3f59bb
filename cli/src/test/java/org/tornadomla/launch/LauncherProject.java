package org.tornadomla.launch;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** A project in a folder of its own, with the real launcher and the classes under test, built as far as it sees. */
final class LauncherProject {

    /** What a command that did not hang has ended in. */
    private static final long SECONDS = 180;

    private final Path root;

    /**
     * What a command did.
     *
     * @param status its exit status
     * @param out    what it wrote to standard output
     * @param err    what it wrote to standard error
     */
    record Exit(int status, String out, String err) {
    }

    private LauncherProject(Path root) {
        this.root = root;
    }

    /** A project without its jar, whose build is up to the test. */
    static LauncherProject unbuilt(Path root) throws IOException {
        for (String folder : List.of("src/main", "src/bundled", "parent", "target", "cli/target/lib", "server/src/main",
                "tutorial/src/main")) {
            Files.createDirectories(root.resolve(folder));
        }
        for (String part : List.of("mla", "pom.xml", "parent/pom.xml", "server/pom.xml", "tutorial/pom.xml",
                "cli/pom.xml", "tornado-config", "src/launch", "cli/src/main/java/org/tornadomla/launch")) {
            copy(Path.of(part), root.resolve(part));
        }
        return new LauncherProject(root);
    }

    /** A project with its jar. */
    static LauncherProject built(Path root) throws Exception {
        LauncherProject project = unbuilt(root);
        Path jar = root.resolve("cli/target/tornado-mla-cli-0.jar");
        writeJar(jar);
        Files.writeString(root.resolve("target/run.args"), System.getProperty("mla.test.launch"));
        Files.writeString(root.resolve("target/memory.args"),
                "-XX:TieredStopAtLevel=1 -XX:+AutoCreateSharedArchive -Xlog:disable");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
        return project;
    }

    Path root() {
        return root;
    }

    /** Writes a jar of the classes of all modules that are not in jars, which says where this JVM's jars are. */
    static void writeJar(Path jar) throws Exception {
        Files.createDirectories(jar.getParent());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(path -> path.endsWith(".jar")).map(path -> Path.of(path).toUri().toString())
                        .collect(Collectors.joining(" ")));
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            out.setLevel(0);
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                if (entry.endsWith("/classes")) {
                    add(Path.of(entry), out);
                }
            }
        }
    }

    private static void add(Path classes, JarOutputStream out) throws IOException {
        try (Stream<Path> all = Files.walk(classes)) {
            for (Path source : all.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(classes.relativize(source).toString()));
                Files.copy(source, out);
            }
        }
    }

    /** Writes a script that can be started. */
    static void program(Path file, String lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/usr/bin/env bash\n" + lines);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Copies a file or a folder. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (!Files.isDirectory(file)) {
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }

    /** Runs the launcher, with further settings of the environment, and without an SDK unless they name one. */
    Exit run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return start(environment, root.resolve("mla"), arguments).end();
    }

    /** Starts a launcher, or a link to it. */
    static Started start(Map<String, String> environment, Path launcher, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", launcher.toString()));
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile("launcher", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(Path.of("/dev/null").toFile())
                .redirectError(err.toFile());
        builder.environment().remove("TORNADOVM_HOME");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return new Started(builder.start(), err);
    }

    /** A launcher that was started. */
    record Started(Process process, Path err) {

        /** Waits for its end. */
        Exit end() throws IOException, InterruptedException {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the launcher did not end within " + SECONDS + " seconds");
            }
            Exit exit = new Exit(process.exitValue(), out, Files.readString(err));
            Files.delete(err);
            return exit;
        }
    }
}
