package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.TokenizerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ErrorReportTest {

    @Command(name = "failing")
    private record Failing(RuntimeException failure) implements Callable<Integer> {

        @Override
        public Integer call() {
            throw failure;
        }
    }

    private static CommandRun fail(RuntimeException failure) {
        StringWriter err = new StringWriter();
        int status = new CommandLine(new Failing(failure)).setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler(new ErrorReport()).execute();
        return new CommandRun(status, "", err.toString());
    }

    @Test
    void ownErrorsAreOneLineWithoutTrace() {
        CommandRun run = fail(new ConfigurationException("a is 0,\n  must be 1"));
        assertEquals("error: a is 0, must be 1" + System.lineSeparator(), run.err());
        assertEquals(ExitStatus.UNUSABLE_INPUT, run.status());
        assertEquals(ExitStatus.UNUSABLE_INPUT, fail(new TokenizerException("no file")).status());
    }

    @Test
    void failuresOfARunHaveStatusOne() {
        assertEquals(ExitStatus.FAILURE, fail(new CacheException("closed")).status());
    }

    @Test
    void unexpectedErrorsNameTheirType() {
        CommandRun run = fail(new IllegalStateException("x"));
        assertEquals(ExitStatus.FAILURE, run.status());
        assertTrue(run.err().startsWith("error: unexpected IllegalStateException: x;"), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }
}
