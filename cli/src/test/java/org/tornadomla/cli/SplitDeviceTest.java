package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.testing.ChildJvm;
import org.tornadomla.testing.TestTargets;

/** PoCL shows the processor as two devices where it is told to, and a model's layers are on both. */
class SplitDeviceTest {

    private static final String[] GENERATE = {"generate", "--engine", "opencl", "--prompt",
        "Hear the word of the LORD,", "--max-tokens", "5", "--trust"};

    @Test
    void theTextIsThatOfOneDevice(@TempDir Path folder) throws Exception {
        assumeTrue(TestTargets.list().stream().anyMatch(SplitDeviceTest::isPocl), "there is no PoCL");
        CommandRun one = CommandRun.of(GENERATE);
        String[] two = Stream.concat(Stream.of(GENERATE), Stream.of("--devices", "0,1", "--stats"))
                .toArray(String[]::new);
        ChildJvm.Exit exit = new ChildJvm(List.of(), null, Map.of("POCL_DEVICES", "pthread pthread")).run(folder,
                Main.class.getName(), two);
        assertEquals(0, exit.status(), exit.err());
        assertEquals(one.out(), exit.out());
        assertTrue(exit.err().matches("(?s).*device +opencl \\d:0 .* layers 0 to 1, opencl \\d:1 .* layers 2 to 3\n.*"),
                exit.err());
    }

    private static boolean isPocl(Target target) {
        return target.engine() == Engine.OPENCL && target.device().getPlatformName().contains("Portable Computing");
    }
}
