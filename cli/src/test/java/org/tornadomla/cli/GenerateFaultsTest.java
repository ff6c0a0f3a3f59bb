package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.tornadomla.faults.Fault;
import org.tornadomla.faults.FaultyDevice;
import org.tornadomla.testing.TestTargets;

/** What goes wrong while a text is written has a status of its own (issue 12, points 10, 12 and 21). */
@Timeout(300)
class GenerateFaultsTest {

    private static final String PROMPT = "Hear the word of the LORD,";

    /** Takes some bytes and then fails. */
    private static final class Full extends OutputStream {

        private final String reason;
        private int left = 10;
        private int refused;

        Full(String reason) {
            this.reason = reason;
        }

        @Override
        public void write(int b) throws IOException {
            if (left-- <= 0) {
                refused++;
                throw new IOException(reason);
            }
        }
    }

    private static int generate(Full full, StringWriter err) {
        return Main.run(new OutputWriter(full), new PrintWriter(err, true), "generate", "--engine", TestTargets.ENGINE,
                "--prompt", PROMPT, "-n", "2000", "--stats");
    }

    @Test
    void point10OutputThatCannotBeWrittenEndsTheRun() {
        Full full = new Full("No space left on device");
        StringWriter err = new StringWriter();
        assertEquals(ExitStatus.FAILURE, generate(full, err));
        assertTrue(err.toString().contains("error: the output cannot be written: No space left on device"),
                err.toString());
        assertTrue(!err.toString().contains("tokens/s"), "the computing ended: " + err);
    }

    /** Each token is written by itself: were more computed, more would be refused. */
    @Test
    void point10NothingIsComputedForAReaderThatWentAway() {
        Full full = new Full("Broken pipe");
        StringWriter err = new StringWriter();
        assertEquals(ExitStatus.CLOSED_PIPE, generate(full, err));
        assertTrue(!err.toString().contains("error") && !err.toString().contains("tokens/s"), err.toString());
        assertTrue(full.refused > 0 && full.refused <= 3, full.refused + " writes were refused");
    }

    /** Every command, and not only at its first word. */
    @Test
    void point10OtherCommandsToo() {
        StringWriter err = new StringWriter();
        int status = Main.run(new OutputWriter(new Full("No space left on device")), new PrintWriter(err, true), "info",
                "models/tiny-kjv");
        assertEquals(ExitStatus.FAILURE, status, err.toString());
        assertTrue(err.toString().contains("No space left on device"), err.toString());
    }

    private static ProcessBuilder mla(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                        "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                        System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command);
    }

    @Test
    @DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
            disabledReason = "starts a JVM without an SDK")
    void point10AReaderThatGoesAwayEndsTheRunInSilence() throws Exception {
        Process run = mla("generate", "--engine", TestTargets.ENGINE, "--trust", "--prompt", PROMPT, "-n", "4000")
                .start();
        try (InputStream out = run.getInputStream()) {
            assertEquals(10, out.readNBytes(10).length);
        }
        String err = new String(run.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(run.waitFor(120, TimeUnit.SECONDS), "it computes for nobody");
        assertEquals(ExitStatus.CLOSED_PIPE, run.exitValue(), err);
        assertTrue(!err.contains("error"), err);
    }

    @Test
    @DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
            disabledReason = "starts a JVM without an SDK")
    void point10AFullDiskIsAFailure() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full");
        Process run = mla("generate", "--engine", TestTargets.ENGINE, "--trust", "--prompt", PROMPT, "-n", "8")
                .redirectOutput(Path.of("/dev/full").toFile()).start();
        String err = new String(run.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(run.waitFor(120, TimeUnit.SECONDS));
        assertEquals(ExitStatus.FAILURE, run.exitValue(), err);
        assertTrue(err.contains("the output cannot be written"), err);
    }

    @Test
    @DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
            disabledReason = "the faulty device belongs to the bundled runtime")
    void point12ADeviceThatFailsInTheMiddleHasStatusOne() {
        try (FaultyDevice device = new FaultyDevice()) {
            String place = device.target().backend() + ":" + device.target().index();
            device.arm(Fault.at(Fault.Kind.LOST, 300));
            CommandRun run = CommandRun.of("generate", "--device", place, "--trust", "--prompt", PROMPT, "-n", "40");
            assertTrue(device.happened() && run.err().contains("the device is lost"), run.err());
            assertTrue(run.out().length() > 3, "some of the text was written");
            assertEquals(ExitStatus.FAILURE, run.status());
        }
    }

    private static int tokens(String stats) {
        return Integer.parseInt(stats.replaceAll("(?s).*answer +(\\d+) tokens.*", "$1"));
    }

    @Test
    void point21PromptAndAnswerNeverExceedTheContext() {
        CommandRun run = CommandRun.of("generate", "--engine", TestTargets.ENGINE, "--prompt", PROMPT, "-n", "40",
                "--context", "20", "--stats");
        assertEquals(ExitStatus.OK, run.status(), run.err());
        int prompt = Integer.parseInt(run.err().replaceAll("(?s).*prompt +(\\d+) tokens.*", "$1"));
        assertEquals(20, prompt + tokens(run.err()), run.err());
    }

    @Test
    void point21APromptLongerThanTheContextIsRefusedBeforeLoading() {
        CommandRun run = CommandRun.of("generate", "--engine", TestTargets.ENGINE, "--prompt", PROMPT.repeat(4),
                "--context", "9");
        assertEquals(ExitStatus.UNUSABLE_INPUT, run.status());
        assertTrue(run.err().matches("(?s).*the prompt has \\d\\d tokens, context is 9.*"), run.err());
        assertEquals("", run.out());
    }
}
