package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.error.OutputException;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;

/** Issue 12: what users and attackers write on a command line ends in a named refusal (points 4, 10, 13 and 18). */
class CommandLineFaultsTest {

    private static final String TINY = "models/tiny-kjv";

    @TempDir
    private Path folder;

    private static CommandRun run(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        words.addAll(List.of("--engine", TestTargets.ENGINE, "--trust"));
        return CommandRun.of(words.toArray(String[]::new));
    }

    /** Numbers whose sums and products have more than 32 bits, ids that no vocabulary has, files that are no texts. */
    @ParameterizedTest
    @ValueSource(strings = {"generate --prompt-ids -1 -n 2", "generate --prompt-ids 268435456 -n 2",
        "generate -p x --temperature 1 --top-k 2147483647", "generate -p x --context 2147483647",
        "generate -p x --speculate lookup --draft-tokens 2147483647", "serve --port 99999", "serve --port -1",
        "serve --host 256.1.1.1 --context 2147483647", "serve --host 256.1.1.1 --context 268435456",
        "serve --host 256.1.1.1 --batch 268435456",
        "serve --host 256.1.1.1 --api-key-file " + TINY + "/model.safetensors", "attention --prompt 2147483647",
        "attention --tokens 268435456", "attention --kv-lora-rank 268435456", "attention --hidden-size 100000000",
        "attention --q-lora-rank 100000000", "bench --model " + TINY + " -p 2147483647 -d 2147483647",
        "bench --model " + TINY + " -p 268435456 -d 268435456", "bench --perplexity /nonexistent",
        "bench --perplexity /", "bench --perplexity " + TINY + "/model.safetensors",
        "bench --model " + TINY + " --clients 268435456", "bench --clients 1 --n-prompt 268435456 --n-gen 268435456",
        "bench --clients 1 --shared 268435456"})
    void point18NumbersAndFilesAreRefusedInOneLine(String line) {
        CommandRun run = run(line);
        assertEquals(ExitStatus.UNUSABLE_INPUT, run.status(), run.err());
        assertEquals(1, run.err().lines().filter(error -> error.startsWith("error: ")).count(), run.err());
        assertTrue(!run.err().contains("unexpected"), run.err());
    }

    /** Names in files reach a terminal, which obeys escape sequences. */
    @Test
    void point18NamesInFilesTellATerminalNothing() throws IOException {
        Files.copy(Path.of(TINY, "config.json"), folder.resolve("config.json"));
        byte[] header = "{\"\\u001b]0;title\\u0007\\u009b2J\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}"
                .getBytes(StandardCharsets.US_ASCII);
        Files.write(folder.resolve("model.safetensors"), ByteBuffer.allocate(Long.BYTES + header.length + Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).array());
        for (String line : List.of("info " + folder, "verify " + folder.resolve("model.safetensors"))) {
            CommandRun run = CommandRun.of(line.split(" "));
            assertEquals(ExitStatus.UNUSABLE_INPUT, run.status(), run.err());
            assertTrue(run.err().contains("]0;title"), run.err());
            assertTrue((run.out() + run.err()).chars().noneMatch(c -> Character.isISOControl(c) && c != '\n'),
                    run.out() + run.err());
        }
    }

    /** As many as there may be, of which a vocabulary has fewer: all of them are kept. */
    @Test
    void point18EveryTopKThatIsLargeEnoughKeepsAll() {
        CommandRun all = run("generate -p x -n 3 --temperature 1 --top-k 0");
        CommandRun most = run("generate -p x -n 3 --temperature 1 --top-k 268435456");
        assertEquals(ExitStatus.OK, most.status(), most.err());
        assertEquals(all.out(), most.out());
    }

    private Path tiny(Path model) throws IOException {
        Files.createDirectories(model);
        try (Stream<Path> files = Files.list(Path.of(TINY))) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        return model;
    }

    /** All files of a model come from its snapshot, those of its tokenizer too. */
    @Test
    void point22AFolderOfTheHubsCacheIsConverted() throws IOException {
        Path hub = folder.resolve("models--owner--tiny");
        tiny(hub.resolve("snapshots").resolve("0123abc"));
        CommandRun run = CommandRun.of("convert", "-m", hub.toString(), "--weights", "q8_0", "-o",
                folder.resolve("tiny.gguf").toString());
        assertEquals(ExitStatus.OK, run.status(), run.err());
    }

    @Test
    void point4KeysThatAreIgnoredAreIgnoredByEveryCommand() throws IOException {
        Path model = tiny(folder.resolve("model"));
        String config = Files.readString(model.resolve("config.json"));
        Files.writeString(model.resolve("config.json"), config.replaceFirst("\\{", "{\"hidden_twist\": 2,"));
        String gguf = folder.resolve("model.gguf").toString();
        for (String line : List.of("info " + model, "convert -m " + model + " --weights q8_0 -o " + gguf,
                "generate -m " + model + " -p x -n 1 --engine " + TestTargets.ENGINE + " --trust",
                "generate -m " + model + " -p x -n 1 --speculate draft --draft " + model + " --engine "
                        + TestTargets.ENGINE + " --trust",
                "bench --model " + model + " -p 2 -n 0 -r 1 --engine " + TestTargets.ENGINE + " --trust")) {
            CommandRun refused = CommandRun.of(line.split(" "));
            assertEquals(ExitStatus.UNUSABLE_INPUT, refused.status(), line);
            assertTrue(refused.err().contains("hidden_twist"), refused.err());
            CommandRun run = CommandRun.of((line + " --ignore-keys hidden_twist").split(" "));
            assertEquals(ExitStatus.OK, run.status(), line + ": " + run.err());
        }
    }

    /** Fails at once. */
    private static final class Full extends OutputStream {

        private int refused;

        @Override
        public void write(int b) throws IOException {
            refused++;
            throw new IOException("No space left on device");
        }
    }

    @Test
    void point10EveryLineThatCannotBeWrittenThrows() {
        assertThrows(OutputException.class, () -> new OutputWriter(new Full()).println("a line"));
        assertThrows(OutputException.class, () -> new OutputWriter(new Full()).printf("%d lines%n", 2));
        OutputWriter flushed = new OutputWriter(new Full());
        flushed.print("a word");
        assertThrows(OutputException.class, flushed::flush);
        assertTrue(flushed.checkError());
    }

    @Test
    void point10CasesBehindTheFirstAreNotRunForNobody() {
        Full full = new Full();
        StringWriter err = new StringWriter();
        int status = Main.run(new OutputWriter(full), new PrintWriter(err, true), "verify",
                Goldens.folder("paper").toString(), "--engine", TestTargets.ENGINE, "--trust");
        assertEquals(ExitStatus.FAILURE, status, err.toString());
        assertTrue(full.refused <= 3, full.refused + " writes were refused");
        assertEquals(ExitStatus.FAILURE, Main.run(new OutputWriter(new Full()), new PrintWriter(err, true), "--help"));
    }
}
