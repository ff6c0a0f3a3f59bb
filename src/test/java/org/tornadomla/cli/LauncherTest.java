package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher refuses before it builds or starts anything: one line with the cure, status 2. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a bash script")
class LauncherTest {

    @TempDir
    private Path directory;

    @Test
    void folderThatIsNoSdk() throws Exception {
        assertRefused(Map.of("TORNADOVM_HOME", directory.toString()), "holds no TornadoVM SDK", "devices");
    }

    @Test
    void engineThatNeedsAnSdk() throws Exception {
        assertRefused(Map.of(), "engine tornadovm needs an SDK: set TORNADOVM_HOME", "devices", "--engine",
                "tornadovm");
        assertRefused(Map.of(), "engine tornadovm needs an SDK: set TORNADOVM_HOME", "devices", "--engine=tornadovm");
        assertRefused(Map.of(), "engine tornadovm needs an SDK: set TORNADOVM_HOME", "test", "--engine", "tornadovm");
    }

    @Test
    void sdkForAnotherJdk() throws Exception {
        assertRefused(Map.of("TORNADOVM_HOME", sdk("5.2.0-jdk21")), "is 5.2.0-jdk21, made for JDK 21", "devices");
        assertRefused(Map.of("TORNADOVM_HOME", sdk("9.9.0-jdk999")), "no JDK 999, which the SDK in ", "devices");
    }

    @Test
    void sdkThatIsTooOldOrDamaged() throws Exception {
        assertRefused(Map.of("TORNADOVM_HOME", sdk("5.1.1-jdk25")), "is 5.1.1-jdk25, too old", "devices");
        assertRefused(Map.of("TORNADOVM_HOME", sdk("4.0.0-jdk25")), "is 4.0.0-jdk25, too old", "devices");
        String home = sdk("6.0.0-jdk22plus");
        Files.writeString(Path.of(home, "etc/tornado.backend"), "tornado.backends=quantum-backend\n");
        assertRefused(Map.of("TORNADOVM_HOME", home),
                "has the backend quantum, which is unknown here; known are cuda metal opencl", "devices");
        Files.delete(Path.of(home, "etc/tornado.backend"));
        assertRefused(Map.of("TORNADOVM_HOME", home), "names no backend", "devices");
        Files.delete(Path.of(home, "tornado-argfile.template"));
        assertRefused(Map.of("TORNADOVM_HOME", home), "6.0.0-jdk22plus, does not say how it is started", "devices");
        Files.writeString(Path.of(home, "etc/tornado.release"), "branch=none\n");
        assertRefused(Map.of("TORNADOVM_HOME", home), "does not name its version", "devices");
    }

    @Test
    void engineThatTheSuiteDoesNotChoose() throws Exception {
        assertRefused(Map.of(), "given opencl", "test", "--engine", "opencl");
    }

    @Test
    void linkToTheLauncherWorks() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("mla"), Path.of("mla").toAbsolutePath());
        assertRefused(Map.of("TORNADOVM_HOME", directory.toString()), "holds no TornadoVM SDK", link.toString());
        Files.delete(link);
    }

    private String sdk(String version) throws Exception {
        Path home = Files.createDirectories(directory.resolve(version));
        Files.createDirectories(home.resolve("share/java/tornado"));
        Files.createDirectories(home.resolve("etc"));
        Files.writeString(home.resolve("etc/tornado.release"), "version=" + version + "\n");
        Files.writeString(home.resolve("etc/tornado.backend"), "tornado.backends=opencl-backend\n");
        Files.writeString(home.resolve("tornado-argfile.template"), "");
        return home.toString();
    }

    private void assertRefused(Map<String, String> environment, String reason, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash"));
        if (!arguments[0].endsWith("mla")) {
            command.add(Path.of("mla").toAbsolutePath().toString());
        }
        command.addAll(List.of(arguments));
        File output = directory.resolve("output.txt").toFile();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        builder.environment().remove("TORNADOVM_HOME");
        builder.environment().putAll(environment);
        int status = builder.start().waitFor();
        String text = Files.readString(output.toPath(), StandardCharsets.UTF_8);
        assertEquals(ExitStatus.UNUSABLE_INPUT, status, text);
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.startsWith("error: ") && text.contains(reason), text);
    }
}
