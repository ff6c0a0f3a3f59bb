package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.faults.Fault;
import org.tornadomla.faults.FaultyDevice;
import org.tornadomla.testing.TestTargets;

/** {@code mla generate} as a user gives it. */
class GenerateCommandTest {

    @Test
    void continuesAPromptWithTheShippedModelAndShowsStats() {
        CommandRun run = CommandRun.of("generate", "--prompt", "Hear the word of the LORD,", "--max-tokens", "9",
                "--stop", "Israel", "--engine", TestTargets.ENGINE, "--stats");
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertEquals(" O ye remnant of ", run.out().lines().findFirst().orElse(""));
        for (String word : new String[]{"device", "load", "first token after", "tokens/s", "weights", "cache",
            "STOP_STRING"}) {
            assertTrue(run.err().contains(word), run.err());
        }
    }

    /**
     * The narrower the weights, the fewer bytes they take; the text of bfloat16 is that of the file, which is bfloat16
     * too.
     */
    @Test
    void takesTheNumberFormatOfWeights() {
        String[] lines = new String[5];
        String[] types = {"f32", "bf16", "int8", "q8_0", "q4_0"};
        for (int i = 0; i < types.length; i++) {
            CommandRun run = CommandRun.of("generate", "--prompt", "Hear the word of the LORD,", "--max-tokens", "6",
                    "--engine", TestTargets.ENGINE, "--weights", types[i], "--stats", "--trust");
            assertEquals(ExitStatus.OK, run.status(), run.err());
            assertTrue(run.err().contains(types[i]), run.err());
            lines[i] = run.out();
        }
        assertEquals(lines[0], lines[1]);
        for (int i = 2; i < lines.length; i++) {
            assertTrue(lines[i].strip().length() > 3, lines[i]);
        }
        CommandRun unknown = CommandRun.of("generate", "--prompt", "x", "--weights", "int4");
        assertTrue(
                unknown.status() != ExitStatus.OK && unknown.err().contains("int4") && unknown.err().contains("int8"),
                unknown.err());
    }

    /** A model that guesses its own text is always right. */
    @Test
    void guessesTokensAndWritesTheSame() {
        String[] plain = {"generate", "--prompt", "holy, holy, holy, holy,", "--max-tokens", "9", "--engine",
            TestTargets.ENGINE};
        String text = CommandRun.of(plain).out();
        CommandRun lookup = CommandRun.of(with(plain, "--speculate", "lookup", "--stats", "--expert-load"));
        assertTrue(
                lookup.err().lines().anyMatch(line -> line.matches("3 +\\d+ +[0-9.]+ % +[0-9.]+ +\\d of 8 +[0-9.]+")),
                lookup.err());
        assertEquals(text, lookup.out());
        assertTrue(lookup.err().contains("by lookup, "), lookup.err());
        CommandRun draft = CommandRun.of(
                with(plain, "--speculate", "draft", "--draft", "models/tiny-kjv", "--draft-tokens", "3", "--stats"));
        assertEquals(text, draft.out());
        assertTrue(draft.err().contains("drafts   6 by draft, 100.0 % accepted, 4.00 tokens a round"), draft.err());
    }

    @Test
    void dividesLayersAmongDevicesAndWritesTheSame() {
        String[] plain = {"generate", "--prompt", "Hear the word of the LORD,", "--max-tokens", "6", "--engine",
            TestTargets.ENGINE};
        String text = CommandRun.of(plain).out();
        CommandRun two = CommandRun.of(with(plain, "--devices", "0, 0", "--stats", "--speculate", "lookup"));
        assertEquals(ExitStatus.OK, two.status(), two.err());
        assertEquals(text, two.out());
        assertTrue(two.err().contains(" layers 0 to 1, ") && two.err().contains(" layers 2 to 3\n"), two.err());
        assertRefused("--device and --devices do not go together", "--prompt", "x", "--device", "0", "--devices", "0");
        assertRefused("no device 7", "--prompt", "x", "--devices", "0,7");
        assertRefused("4 layers can be divided among 1 to 4 devices, and 5 are given", "--prompt", "x", "--devices",
                "0,0,0,0,0");
    }

    @Test
    void refusesGuessesThatItCannotHave() {
        assertRefused("has no prediction layers (num_nextn_predict_layers)", "--prompt", "x", "--speculate", "mtp");
        assertRefused("--draft MODEL and --speculate draft go together", "--prompt", "x", "--speculate", "draft");
        assertRefused("--draft MODEL and --speculate draft go together", "--prompt", "x", "--draft", "models/x");
        assertRefused("draft tokens is 0", "--prompt", "x", "--speculate", "lookup", "--draft-tokens", "0");
    }

    /** The cache of 6 + 9 tokens takes a page of 64 in either format. */
    @Test
    void takesTheNumberFormatOfTheCache() {
        String[] sizes = {"80.0 KiB for 64 tokens in f32", "48.0 KiB for 64 tokens in bf16"};
        for (String size : sizes) {
            CommandRun run = CommandRun.of("generate", "--prompt", "Hear the word of the LORD,", "--max-tokens", "9",
                    "--engine", TestTargets.ENGINE, "--cache", size.substring(size.lastIndexOf(' ') + 1), "--stats",
                    "--trust");
            assertEquals(ExitStatus.OK, run.status(), run.err());
            assertEquals(" O ye remnant of Israel", run.out().lines().findFirst().orElse("").substring(0, 23));
            assertTrue(run.err().contains(size), run.err());
        }
        CommandRun unknown = CommandRun.of("generate", "--prompt", "x", "--cache", "f16");
        assertTrue(unknown.status() != ExitStatus.OK && unknown.err().contains("f16") && unknown.err().contains("BF16"),
                unknown.err());
    }

    @Test
    @DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
            disabledReason = "the faulty device belongs to the bundled runtime")
    void goesOnWithAnotherDeviceWhenItIsAllowedTo() {
        String[] options = {"generate", "--prompt", "Hear the word of the LORD,", "--max-tokens", "9", "--stats"};
        String text = CommandRun.of(with(options, "--engine", "jvm")).out();
        try (FaultyDevice device = new FaultyDevice()) {
            String id = device.target().backend() + ":" + device.target().index();
            device.arm(Fault.at(Fault.Kind.LOST, 400));
            CommandRun run = CommandRun.of(with(options, "--device", id, "--trust", "--fallback"));
            assertTrue(device.happened());
            assertEquals(ExitStatus.OK, run.status(), run.err());
            assertEquals(text, run.out());
            assertEquals(1,
                    run.err().lines().filter(line -> line.contains("the device is lost; going on with ")).count(),
                    run.err());
            assertFalse(run.err().lines().filter(line -> line.startsWith("device "))
                    .anyMatch(line -> line.contains("faulty")), run.err());
            device.arm(Fault.at(Fault.Kind.LOST, 400));
            CommandRun refused = CommandRun.of(with(options, "--device", id, "--trust"));
            assertTrue(refused.status() != ExitStatus.OK && refused.err().contains("the device is lost"),
                    refused.err());
        }
    }

    private static String[] with(String[] options, String... more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void refusesWhatItCannotUse(@TempDir Path empty) {
        assertRefused("no model in " + empty, "--model", empty.toString(), "--prompt", "x");
        assertRefused("max-tokens is 0", "--prompt", "x", "--max-tokens", "0");
        assertRefused("context is 0", "--prompt", "x", "--context", "0");
        assertRefused("temperature is -1", "--prompt", "x", "--temperature", "-1");
    }

    private static void assertRefused(String reason, String... options) {
        String[] arguments = new String[options.length + 3];
        arguments[0] = "generate";
        arguments[1] = "--engine";
        arguments[2] = TestTargets.ENGINE;
        System.arraycopy(options, 0, arguments, 3, options.length);
        CommandRun run = CommandRun.of(arguments);
        assertEquals(ExitStatus.UNUSABLE_INPUT, run.status(), run.err());
        assertTrue(run.err().lines().anyMatch(line -> line.startsWith("error: ") && line.contains(reason)), run.err());
    }
}
