package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;

/** The commands on GGUF files. */
class GgufCommandsTest {

    private static final Path GOLDENS = Goldens.folder("gguf");
    private static final Path Q8 = GOLDENS.resolve("tiny-kjv-Q8_0.gguf");
    private static final Path TINY = Path.of("models", "tiny-kjv");

    @TempDir
    private Path folder;

    @Test
    void verifyFindsFilesWithExpectedValues() {
        CommandRun run = CommandRun.of("verify", "--engine", TestTargets.ENGINE, GOLDENS.toString());
        assertEquals(ExitStatus.OK, run.status(), run.out() + run.err());
        assertTrue(run.out().contains("tiny-kjv-Q4_K_M.gguf "), run.out());
        assertTrue(run.out().contains("3 cases: 3 ok, 0 failed, 0 unusable"), run.out());
    }

    @Test
    void verifySaysWhatIsMissing() throws IOException {
        Path file = Files.copy(Q8, folder.resolve("alone.gguf"));
        CommandRun run = CommandRun.of("verify", "--engine", TestTargets.ENGINE, file.toString());
        assertEquals(ExitStatus.UNUSABLE_INPUT, run.status());
        assertTrue(run.err().contains("alone.expected.safetensors"), run.err());
    }

    /** Wrong numbers are found, in tensors and in logits. */
    @Test
    void verifyFindsWrongNumbers() throws IOException {
        for (String name : new String[]{"types", "tiny-kjv-Q8_0"}) {
            byte[] bytes = Files.readAllBytes(GOLDENS.resolve(name + ".gguf"));
            bytes[bytes.length - 100] ^= 0x40;
            bytes[bytes.length / 2] ^= 0x40;
            Path file = Files.write(folder.resolve(name + ".gguf"), bytes);
            Files.copy(GOLDENS.resolve(name + ".expected.safetensors"), folder.resolve(name + ".expected.safetensors"));
            CommandRun run = CommandRun.of("verify", "--engine", TestTargets.ENGINE, file.toString());
            assertEquals(ExitStatus.FAILURE, run.status(), run.out() + run.err());
        }
    }

    @Test
    void infoTakesAFile() {
        CommandRun run = CommandRun.of("info", "--model", Q8.toString());
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertTrue(run.out().contains("deepseek_v2: 4 layers, 192 wide"), run.out());
        // 34 bytes for 32 numbers of the 2048 x 192 of the head.
        assertTrue(run.out().contains("head             393 thousand             408 KiB"), run.out());
        assertEquals(run.out(), CommandRun.of("info", Q8.toString()).out());
        CommandRun both = CommandRun.of("info", "--model", Q8.toString(), Q8.toString());
        assertEquals(ExitStatus.UNUSABLE_INPUT, both.status());
        assertTrue(both.err().contains("give one model"), both.err());
    }

    @Test
    void generateTakesAFile() {
        String[] options = {"--engine", TestTargets.ENGINE, "-p", "In the beginning", "-n", "12", "--weights", "f32"};
        CommandRun expected = CommandRun.of(with(options, "generate"));
        CommandRun run = CommandRun.of(with(options, "generate", "--model", Q8.toString()));
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertEquals(expected.out(), run.out());
        CommandRun damaged = CommandRun.of("generate", "--model", folder.resolve("none.gguf").toString(), "-p", "a");
        assertEquals(ExitStatus.UNUSABLE_INPUT, damaged.status());
        assertTrue(damaged.err().contains("it is no GGUF file and holds no config.json"), damaged.err());
    }

    private static String[] with(String[] options, String... first) {
        String[] all = Arrays.copyOf(first, first.length + options.length);
        System.arraycopy(options, 0, all, first.length, options.length);
        return all;
    }

    @Test
    void convertWritesAFile() throws IOException {
        Path file = folder.resolve("tiny.gguf");
        CommandRun run = CommandRun.of("convert", "--model", TINY.toString(), "--weights", "q4_k", "--out",
                file.toString());
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertTrue(run.out().contains("tiny.gguf: 2.49 MiB of weights"), run.out());
        assertNothingIsLeft();
        assertEquals(ExitStatus.OK, CommandRun.of("info", file.toString()).status());
    }

    /** The text that the model writes is that of the model it was made of, whose weights are in bfloat16 too. */
    @Test
    void convertWritesAFolder() throws IOException {
        Path target = folder.resolve("tiny-bf16");
        CommandRun run = CommandRun.of("convert", "--model", TINY.toString(), "--weights", "bf16", "--out",
                target.toString());
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertTrue(run.out().contains("tiny-bf16: ") && run.out().contains("of weights"), run.out());
        assertNothingIsLeft();
        String[] texts = Stream
                .of(TINY, target).map(model -> CommandRun.of("generate", "--model", model.toString(), "--engine",
                        TestTargets.ENGINE, "--trust", "--prompt", "And the LORD said", "-n", "12").out())
                .toArray(String[]::new);
        assertTrue(!texts[0].isBlank());
        assertEquals(texts[0], texts[1]);
        CommandRun again = CommandRun.of("convert", "--model", TINY.toString(), "--weights", "bf16", "--out",
                target.toString());
        assertEquals(ExitStatus.UNUSABLE_INPUT, again.status(), again.err());
        assertTrue(again.err().contains("empty or not there yet"), again.err());
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.filter(file -> file.toString().endsWith(".partial")).toList());
        }
    }

    @Test
    void convertRefuses() throws IOException {
        refused("it must be a folder that holds a config.json", "--model", Q8.toString(), "--weights", "q8_0", "--out",
                folder.resolve("x.gguf").toString());
        refused("a folder of safetensors takes f32, f16 or bf16; name a file that ends in .gguf", "--model",
                TINY.toString(), "--weights", "q8_0", "--out", folder.resolve("x.bin").toString());
        refused("in a folder that exists", "--model", TINY.toString(), "--weights", "q8_0", "--out",
                folder.resolve("none/x.gguf").toString());
        refused("q3_k", "--model", TINY.toString(), "--weights", "q3_k", "--out", folder.resolve("x.gguf").toString());
        refused("no tokenizer.json", "--model", Goldens.folder("models").resolve("v2-lite-greedy").toString(),
                "--weights", "q8_0", "--out", folder.resolve("x.gguf").toString());
        Path taken = Files.createDirectory(folder.resolve("taken.gguf"));
        Files.writeString(taken.resolve("inside"), "");
        CommandRun run = CommandRun.of("convert", "--model", TINY.toString(), "--weights", "q8_0", "--out",
                taken.toString());
        assertTrue(run.err().contains("cannot write"), run.err());
        assertNothingIsLeft();
    }

    private static void refused(String reason, String... arguments) {
        CommandRun run = CommandRun.of(with(arguments, "convert"));
        assertEquals(ExitStatus.UNUSABLE_INPUT, run.status(), run.err());
        assertTrue(run.err().contains(reason), run.err());
    }
}
