package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.testing.ChildJvm;

class MainTest {

    @Test
    void versionAndHelpSucceed() {
        CommandRun version = CommandRun.of("--version");
        assertEquals(0, version.status());
        assertTrue(version.out().startsWith("mla "), version.out());
        CommandRun help = CommandRun.of("--help");
        assertEquals(0, help.status());
        assertTrue(help.out().contains("Usage: mla"), help.out());
        assertTrue(help.out().contains("unusable input"), help.out());
    }

    /** As by java -jar, whose manifest cannot add the module. */
    @Test
    void aJvmWithoutVectorsIsTold(@TempDir Path folder) throws Exception {
        ChildJvm.Exit exit = new ChildJvm(List.of("--add-modules=java.logging"), null, Map.of()).run(folder,
                Main.class.getName(), "info", "models/tiny-kjv");
        assertEquals(0, exit.status(), exit.toString());
        // On an SDK the JVM says first which modules of its own are not there.
        String said = exit.err().replaceAll("(?m)^WARNING: Unknown module: .*\n", "");
        assertTrue(said.startsWith("note: start the JVM with --add-modules=jdk.incubator.vector: without it"), said);
    }

    @Test
    void wrongArgumentsAreOneLineAndStatusTwo() {
        for (String[] arguments : new String[][]{{}, {"nonsense"}, {"--nonsense"}}) {
            CommandRun run = CommandRun.of(arguments);
            assertEquals(2, run.status());
            assertTrue(run.err().startsWith("error: "), run.err());
            assertTrue(run.err().contains("see mla --help"), run.err());
            assertEquals("", run.out());
        }
    }
}
