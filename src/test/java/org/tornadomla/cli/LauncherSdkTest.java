package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How the launcher starts the JVM on SDKs of each line, seen by a JDK that prints what it is given. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a bash script")
class LauncherSdkTest {

    /** As later SDKs carry it, in part. */
    private static final String TEMPLATE = """
            # Generated
            -XX:+UseParallelGC
            -Djdk.internal.vm.ci.enabled=true
            -Dtornado.recover.bailout=True
            --module-path .:${TORNADOVM_HOME}/share/java/tornado:${TORNADOVM_HOME}/share/java/jvmci
            --add-modules ALL-SYSTEM,tornado.runtime
              # --- inlined common-exports ---
            --add-exports java.base/jdk.internal.misc=jdk.internal.vm.ci
            """;

    @TempDir
    private Path directory;
    private Path root;

    /** A project that is built already, as far as the launcher sees. */
    @BeforeEach
    void project() throws Exception {
        root = Files.createDirectories(directory.resolve("project"));
        Files.copy(Path.of("mla"), root.resolve("mla"));
        Files.copy(Path.of("pom.xml"), root.resolve("pom.xml"));
        Files.createDirectories(root.resolve("tornado-config"));
        try (Stream<Path> files = Files.list(Path.of("tornado-config"))) {
            for (Path file : files.toList()) {
                Files.copy(file, root.resolve("tornado-config").resolve(file.getFileName()));
            }
        }
        for (String folder : List.of("src/main", "src/bundled", "target/lib")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.setLastModifiedTime(Files.writeString(root.resolve("target/tornado-mla-0.jar"), ""),
                FileTime.from(Instant.now().plusSeconds(60)));
    }

    private Path jdk(int version) throws IOException {
        Path home = directory.resolve("jdk-" + version);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + ".0.1\"\n");
        program(home.resolve("bin/javac"), "");
        program(home.resolve("bin/java"), """
                for argument in "$@"; do
                  echo "$argument"
                  case $argument in
                    @*) cat "${argument#@}" ;;
                  esac
                done
                """);
        return home;
    }

    private static void program(Path file, String lines) throws IOException {
        Files.writeString(file, "#!/usr/bin/env bash\n" + lines);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path sdk(String version, String backends) throws IOException {
        Path home = Files.createDirectories(directory.resolve("sdk-" + version));
        Files.createDirectories(home.resolve("share/java/tornado"));
        Files.createDirectories(home.resolve("etc/exportLists"));
        Files.writeString(home.resolve("etc/tornado.release"), "version=" + version + "\nbranch=master\n");
        Files.writeString(home.resolve("etc/tornado.backend"), "tornado.backends=" + backends + "\n");
        for (String list : List.of("common", "opencl", "spirv", "cuda")) {
            Files.writeString(home.resolve("etc/exportLists/" + list + "-exports"),
                    "# " + list + "\n--add-exports=of/" + list + "=tornado\n");
        }
        return home;
    }

    /** What the JVM is given, line by line. */
    private List<String> start(Path jdk, Path sdk) throws Exception {
        File output = directory.resolve("output.txt").toFile();
        ProcessBuilder builder = new ProcessBuilder("bash", root.resolve("mla").toString(), "devices")
                .redirectErrorStream(true).redirectOutput(output);
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("TORNADOVM_HOME", sdk.toString());
        int status = builder.start().waitFor();
        List<String> lines = Files.readAllLines(output.toPath());
        assertEquals(0, status, lines.toString());
        return lines;
    }

    private static void assertHas(List<String> lines, String... expected) {
        for (String line : expected) {
            assertTrue(lines.contains(line), line + " is not in " + String.join("\n", lines));
        }
    }

    /** What holds on every SDK: our own choices come behind the SDK's, the main class last. */
    private static void assertOurChoicesWin(List<String> lines) {
        List<String> bailout = lines.stream().filter(line -> line.startsWith("-Dtornado.recover.bailout=")).toList();
        assertEquals("-Dtornado.recover.bailout=False", bailout.getLast());
        assertHas(lines, "-Dtornado.device.memory=4096MB", "-cp", "org.tornadomla.cli.Main");
        assertEquals("devices", lines.getLast());
        assertFalse(lines.stream().anyMatch(line -> line.contains("${") || line.startsWith("#") || line.isBlank()),
                lines.toString());
    }

    @Test
    void lineFiveRunsGraalInTheJvm() throws Exception {
        Path sdk = sdk("5.3.0-jdk26", "opencl-backend,spirv-backend");
        List<String> lines = start(jdk(26), sdk);
        assertHas(lines, "-XX:+EnableJVMCI", "--upgrade-module-path", "\"" + sdk + "/share/java/graalJars\"",
                "\"" + sdk + "/share/java/tornado\"", "\"-Djava.library.path=" + sdk + "/lib\"",
                "--add-exports=of/common=tornado", "--add-exports=of/opencl=tornado", "--add-exports=of/spirv=tornado",
                "tornado.drivers.opencl", "tornado.drivers.opencl,tornado.drivers.spirv");
        assertFalse(lines.contains("--add-exports=of/cuda=tornado"), "a backend that the SDK does not have");
        assertOurChoicesWin(lines);
    }

    /** Later SDKs say themselves how they are started, and work with any JDK. */
    @Test
    void laterLinesRunWithoutJvmci() throws Exception {
        for (String version : List.of("6.0.0-jdk22plus", "7.3.1-jdk22plus")) {
            Path sdk = sdk(version, "opencl-backend, cuda-backend");
            Files.writeString(sdk.resolve("tornado-argfile.template"), TEMPLATE);
            List<String> lines = start(jdk(27), sdk);
            assertHas(lines, "-Djdk.internal.vm.ci.enabled=true",
                    "--add-exports java.base/jdk.internal.misc=jdk.internal.vm.ci",
                    "--module-path " + sdk + "/share/java/tornado:" + sdk + "/share/java/jvmci",
                    "tornado.drivers.cuda");
            List<String> jvmci = new ArrayList<>(lines);
            jvmci.removeIf(line -> !line.contains("JVMCI") && !line.contains("graalJars"));
            assertEquals(List.of(), jvmci);
            assertOurChoicesWin(lines);
        }
    }
}
