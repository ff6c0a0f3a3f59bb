package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

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
