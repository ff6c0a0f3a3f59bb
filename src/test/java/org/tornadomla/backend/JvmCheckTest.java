package org.tornadomla.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM is asked for the options that the launcher gives: no more, and none that the README does not name. */
class JvmCheckTest {

    private static final String MEMORY = "-XX:MaxDirectMemorySize=";

    @TempDir
    private Path folder;

    /** What a program of a user's own would do at its start. */
    public static final class Program {

        private Program() {
        }

        public static void main(String[] arguments) {
            JvmCheck.missing().forEach(missing -> System.out.println(missing.option()));
        }
    }

    private static long machine() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    private List<String> missing(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
        Path out = folder.resolve("out.txt");
        int status = new ProcessBuilder(command).redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        assertEquals(0, status);
        return Files.readAllLines(out);
    }

    @Test
    void aJvmWithoutOptionsIsToldOfEachThatTheReadmeNames() throws IOException, InterruptedException {
        List<String> missing = missing();
        assertEquals(6, missing.size(), missing::toString);
        assertEquals(MEMORY + machine(), missing.getLast());
        String readme = Files.readString(Path.of("README.md"));
        for (String option : missing) {
            String name = option.startsWith(MEMORY) ? MEMORY : option;
            assertTrue(readme.contains(name), "the README does not name " + name);
        }
        assertEquals(missing.subList(0, 4), missing("-XX:-DontCompileHugeMethods", missing.getLast()));
    }

    /** Each option that is missing says what to do and what is lost; whoever starts a JVM can ask for all of them. */
    @Test
    void whatThisJvmLacksIsSaidWithWhatItCosts() {
        List<String> options = JvmCheck.options();
        assertEquals(5, options.size(), options::toString);
        List<JvmCheck.MissingOption> missing = JvmCheck.missing();
        for (JvmCheck.MissingOption one : missing) {
            assertTrue(options.contains(one.option()) || one.option().equals(MEMORY + machine()), one::toString);
            assertTrue(one.toString().startsWith("start the JVM with " + one.option() + ": without it "),
                    one::toString);
        }
        boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        assertEquals(!vectors,
                missing.stream().anyMatch(one -> one.option().equals("--add-modules=jdk.incubator.vector")));
        List<String> given = ManagementFactory.getRuntimeMXBean().getInputArguments();
        assertEquals(!given.contains("-XX:-DontCompileHugeMethods"),
                missing.stream().anyMatch(one -> one.option().equals("-XX:-DontCompileHugeMethods")));
    }

    @Test
    void theLaunchersOptionsAreEnough() throws IOException, InterruptedException {
        String options = Files.readString(Path.of("src", "launch", "run.args")).replace("${run.flags}",
                System.getProperty("mla.test.launch"));
        Path file = Files.writeString(folder.resolve("run.args"), options);
        assertEquals(List.of(), missing("@" + file, MEMORY + machine()));
    }

    /** Weights are outside the heap: a limit below the machine's memory is told with both, and no other is. */
    @Test
    void aLimitOfMemoryIsToldWhereTheMachineHasMore() {
        assertEquals(
                "start the JVM with -XX:MaxDirectMemorySize=8589934592: without it a model is refused that takes more"
                        + " than 2048 of the machine's 8192 MiB",
                JvmCheck.memory(2L << 30, 8L << 30).orElseThrow().toString());
        assertEquals(Optional.empty(), JvmCheck.memory(8L << 30, 8L << 30));
        assertEquals(Optional.empty(), JvmCheck.memory(9L << 30, 8L << 30));
    }
}
