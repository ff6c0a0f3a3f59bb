package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.backend.Targets;
import org.tornadomla.faults.FaultyDevice;
import org.tornadomla.golden.GoldenCheck;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;
import picocli.CommandLine;

/** The commands that need no model, as a user gives them. */
class CommandsTest {

    /** The engine that every machine has, on the runtime under test. */

    @TempDir
    private Path directory;

    @Test
    void devicesShowsEveryDeviceAndWhyOthersAreMissing() {
        CommandRun run = CommandRun.of("devices");
        assertEquals(ExitStatus.OK, run.status(), run.err());
        Targets.all().forEach(target -> assertTrue(run.out().contains(target.toString()), run.out()));
        assertTrue(run.out().contains("* default: " + Targets.automatic()), run.out());
        String absent = Targets.sdkActive() ? "jvm" : "tornadovm";
        assertTrue(run.out().contains("no device for engine " + absent + ": "), run.out());
    }

    @Test
    @DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
            disabledReason = "the faulty device belongs to the bundled runtime")
    void devicesShowsWhichOnesCanShareAModel() {
        try (FaultyDevice one = new FaultyDevice(); FaultyDevice two = new FaultyDevice()) {
            List<String> ids = Targets.all().stream().filter(target -> target.name().equals(one.target().name()))
                    .map(target -> target.backend() + ":" + target.index()).toList();
            assertEquals(2, ids.size());
            CommandRun run = CommandRun.of("devices", "--trust");
            assertTrue(run.out().contains("runs with --devices " + String.join(",", ids)), run.out());
            assertEquals(one.target().name(), two.target().name());
        }
    }

    @Test
    void devicesShowsLimitsAndTheVerdictOfTheSelfTest() {
        CommandRun run = CommandRun.of("devices");
        Targets.all().forEach(target -> assertTrue(run.out().contains("  " + target + ": passed, "), run.out()));
        assertTrue(run.out().lines().findFirst().orElseThrow()
                .matches(".*local memory +largest group +half +double +vector"), run.out());
        assertTrue(CommandRun.of("devices", "--trust").out().contains(": skipped"));
    }

    @Test
    void kernelsShowsWhatRunsAndWritesItsSource() throws Exception {
        CommandRun run = CommandRun.of("kernels", "--engine", TestTargets.ENGINE, "--out", directory.toString());
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertTrue(run.out().contains("every operation: loops over vectors, since the device has few cores"),
                run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.matches("LatentAttention.split +loop +latent_attention")),
                run.out());
        String source = Files.readString(directory.resolve("LatentAttention.split.txt"));
        assertTrue(source.length() > 200, source);
    }

    @Test
    void trustIsNamedInTheStatistics() {
        CommandRun run = CommandRun.of("attention", "--engine", TestTargets.ENGINE, "--hidden-size", "32",
                "--num-heads", "2", "--prompt", "3", "--tokens", "1", "--trust");
        assertTrue(run.out().contains(", self-test skipped)"), run.out());
    }

    @Test
    void verifyPassesGoldenCasesOfAFolder() {
        CommandRun run = CommandRun.of("verify", Goldens.folder("paper").toString(), "--engine", TestTargets.ENGINE);
        assertEquals(ExitStatus.OK, run.status(), run.out() + run.err());
        assertEquals(4, run.out().lines().filter(line -> line.endsWith("  ok")).count(), run.out());
        assertTrue(run.out().contains("4 cases: 4 ok, 0 failed, 0 unusable"), run.out());
    }

    @Test
    void verifyPassesWholeModels() {
        CommandRun run = CommandRun.of("verify", Goldens.folder("models").toString(), "--engine", TestTargets.ENGINE);
        assertEquals(ExitStatus.OK, run.status(), run.out() + run.err());
        assertTrue(run.out().contains("3 cases: 3 ok, 0 failed, 0 unusable"), run.out());
    }

    @Test
    void outcomeThatIsNoNumberDoesNotPass() {
        assertTrue(new GoldenCheck.Outcome(1e-6, Optional.empty()).passes(1e-5));
        assertFalse(new GoldenCheck.Outcome(Double.NaN, Optional.empty()).passes(1e-5));
        assertFalse(new GoldenCheck.Outcome(0, Optional.of("token 1 is 2, expected 3")).passes(1e-5));
    }

    @Test
    void verifyFailsACaseOutsideItsTolerance() throws Exception {
        Path golden = Goldens.folder("paper").resolve("cross-attention.safetensors");
        String bytes = Files.readString(golden, StandardCharsets.ISO_8859_1);
        assertTrue(bytes.contains("\"1e-05\""), "the case allows another error than this test replaces");
        Path strict = directory.resolve("strict.safetensors");
        Files.writeString(strict, bytes.replace("\"1e-05\"", "\"1e-15\""), StandardCharsets.ISO_8859_1);
        CommandRun run = CommandRun.of("verify", strict.toString(), golden.toString(), "--engine", TestTargets.ENGINE);
        assertEquals(ExitStatus.FAILURE, run.status(), run.err());
        assertTrue(run.out().lines().anyMatch(line -> line.startsWith("strict ") && line.endsWith("FAILED")),
                run.out());
        assertTrue(run.out().contains("2 cases: 1 ok, 1 failed, 0 unusable"), run.out());
    }

    @Test
    void verifyRefusesWhatIsNoGoldenCase() throws Exception {
        Path text = Files.writeString(directory.resolve("notes.txt"), "no tensors");
        CommandRun run = CommandRun.of("verify", text.toString(), "--engine", TestTargets.ENGINE);
        assertEquals(ExitStatus.UNUSABLE_INPUT, run.status());
        assertTrue(run.err().startsWith("error: ") && run.err().contains("notes.txt"), run.err());
        assertEquals(ExitStatus.UNUSABLE_INPUT, CommandRun.of("verify", directory.toString()).status());
        assertEquals(ExitStatus.UNUSABLE_INPUT,
                CommandRun.of("verify", directory.resolve("absent").toString()).status());
        assertEquals(ExitStatus.UNUSABLE_INPUT, CommandRun.of("verify").status());
    }

    @Test
    void attentionShowsTimesCacheAndError() {
        CommandRun run = CommandRun.of("attention", "--engine", TestTargets.ENGINE, "--prompt", "5", "--tokens", "3",
                "--hidden-size", "48", "--num-heads", "3", "--q-lora-rank", "0", "--kv-lora-rank", "16",
                "--qk-rope-head-dim", "16");
        assertEquals(ExitStatus.OK, run.status(), run.out() + run.err());
        assertTrue(run.out().contains("prompt         5 tokens"), run.out());
        assertTrue(run.out().contains("from the cache 3 tokens"), run.out());
        // 16 + 16 floats against 3 heads of 64 + 16 + 64.
        assertTrue(run.out().contains("128 B a token, plain multi-head attention 1.69 KiB: 13.5 times"), run.out());
        assertTrue(run.out().contains("against the float64 reference"), run.out());
    }

    /** In bf16 the cache takes half, and results are off by what rounding leaves, which is seen. */
    @Test
    void attentionTakesNumberFormats() {
        CommandRun run = CommandRun.of("attention", "--engine", TestTargets.ENGINE, "--prompt", "5", "--tokens", "3",
                "--hidden-size", "48", "--num-heads", "3", "--q-lora-rank", "0", "--kv-lora-rank", "16",
                "--qk-rope-head-dim", "16", "--weights", "bf16", "--cache", "bf16", "--trust");
        assertEquals(ExitStatus.OK, run.status(), run.out() + run.err());
        assertTrue(run.out().contains("64 B a token"), run.out());
        assertTrue(run.out().contains("(allowed 3e-02)"), run.out());
        assertTrue(run.out().matches("(?s).*largest error  \\d\\.\\d+e-0[234] of.*"), run.out());
    }

    /** Weights of 8 bits are held to what such weights may be off, fewer bits to more. */
    @Test
    void attentionAllowsEachFormatItsError() {
        for (String[] formats : new String[][]{{"q8_0", "f32", "3e-02"}, {"int8", "f32", "3e-02"},
            {"f32", "int8", "3e-02"}, {"q4_0", "f32", "3e-01"}}) {
            CommandRun run = CommandRun.of("attention", "--engine", TestTargets.ENGINE, "--prompt", "5", "--tokens",
                    "3", "--hidden-size", "64", "--num-heads", "2", "--q-lora-rank", "0", "--kv-lora-rank", "64",
                    "--qk-rope-head-dim", "16", "--weights", formats[0], "--cache", formats[1], "--trust");
            assertEquals(ExitStatus.OK, run.status(), run.out() + run.err());
            assertTrue(run.out().contains("(allowed " + formats[2] + ")"), run.out());
        }
    }

    /** Whoever learned the options of one command knows those of the others. */
    @Test
    void commandsSayTheSameOfNumberFormats() {
        List<String> names = List.of("--weights", "--cache", "--activations");
        List<String> said = Stream.of("generate", "chat", "serve", ModelBenchCommand.NAME, ClientsBenchCommand.NAME)
                .map(command -> {
                    CommandLine line = Main.line().getSubcommands().get(command);
                    return names.stream()
                            .map(name -> String.join(" ", line.getCommandSpec().findOption(name).description()))
                            .collect(Collectors.joining("\n"));
                }).distinct().toList();
        assertEquals(1, said.size(), said::toString);
        String last = said.getFirst().lines().reduce((_, line) -> line).orElseThrow();
        String activations = last.substring(last.indexOf(" weights in "), last.indexOf(" on devices "));
        for (NumberFormat format : WeightFormats.ALL) {
            assertEquals(format.dots().isPresent(), activations.matches("(?s).*\\b" + format.name() + "\\b.*"),
                    format.name() + activations);
        }
    }

    @Test
    void optionsOutOfRangeAreNamed() {
        assertRefused("num_attention_heads is 0", "attention", "--engine", TestTargets.ENGINE, "--num-heads", "0");
        assertRefused("--prompt is 0", "attention", "--prompt", "0");
        assertRefused("engine warp is unknown", "attention", "--engine", "warp");
        assertRefused("no device 99", "attention", "--engine", TestTargets.ENGINE, "--device", "99");
        assertRefused("no device 99999999999", "attention", "--engine", TestTargets.ENGINE, "--device", "99999999999");
        assertRefused("threads is 0", "attention", "--threads", "0");
    }

    /** The launcher starts the JVM for the processors that are there; the command says that it did. */
    @Test
    void point14MoreThreadsThanProcessorsAreSaidOnce() {
        for (String threads : List.of("4711", "99999999999999999999")) {
            CommandRun run = CommandRun.of("attention", "--engine", TestTargets.ENGINE, "--prompt", "2", "--threads",
                    threads);
            assertEquals(ExitStatus.OK, run.status(), run.err());
            assertEquals(
                    1, run.err().lines()
                            .filter(line -> line.startsWith("threads is " + threads + ", computing with all ")).count(),
                    run.err());
        }
    }

    private static void assertRefused(String reason, String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertEquals(ExitStatus.UNUSABLE_INPUT, run.status(), run.err());
        assertTrue(run.err().startsWith("error: ") && run.err().contains(reason), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }
}
