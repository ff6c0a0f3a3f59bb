package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.backend.Targets;
import org.tornadomla.testing.ChildJvm;

/** Where the OpenCL loader finds no driver, one line says so and what to do. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only the loader for Linux can be told where drivers are")
class MissingDriverTest {

    @TempDir
    private Path directory;

    @Test
    void isOneLineWithTheCure() throws Exception {
        String engine = Targets.sdkActive() ? "tornadovm" : "opencl";
        String problem = Targets.sdkActive() ? "TornadoVM found no driver for a device" : "no device for engine opencl";
        ChildJvm.Exit exit = new ChildJvm(List.of(), null, Map.of("OCL_ICD_VENDORS", directory.toString()))
                .run(directory, "org.tornadomla.cli.Main", "attention", "--engine", engine);
        assertEquals(ExitStatus.UNUSABLE_INPUT, exit.status(), exit.toString());
        List<String> errors = exit.err().lines().filter(line -> !line.startsWith("WARNING")).toList();
        assertEquals(1, errors.size(), exit.toString());
        assertTrue(errors.getFirst().startsWith("error: " + problem) && errors.getFirst().contains("install "),
                exit.toString());
    }
}
