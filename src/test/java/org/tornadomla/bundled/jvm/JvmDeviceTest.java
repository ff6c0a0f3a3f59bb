package org.tornadomla.bundled.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** What the device says of itself is what its JVM was started with. */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the engine jvm belongs to the bundled runtime")
class JvmDeviceTest {

    /** Prints the device's memory and the heap's limit. */
    public static final class Program {

        private Program() {
        }

        public static void main(String[] arguments) {
            System.out.print(new JvmDevice().description().memory().global() + " " + Runtime.getRuntime().maxMemory());
        }
    }

    /** Buffers are outside the heap; a JVM without a limit for them allows as much as for its heap. */
    @Test
    void memoryIsWhatBuffersMayTake() throws IOException, InterruptedException {
        assertEquals(96L << 20, memory("-Xmx32m", "-XX:MaxDirectMemorySize=96m")[0]);
        long[] unset = memory("-Xmx32m");
        assertEquals(unset[1], unset[0]);
    }

    private static long[] memory(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(System.getProperty("mla.test.launch").split(" ")));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String[] printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split(" ");
        assertEquals(0, process.waitFor());
        return new long[]{Long.parseLong(printed[0]), Long.parseLong(printed[1])};
    }
}
