package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.finetune.SmallFolder;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.TestTargets;

/**
 * {@code mla train}: the shipped model learns a text of another kind, and what cannot be trained is refused before
 * anything is written. {@code -Dmla.train.steps=300} trains as long as docs/training.md shows.
 */
class TrainCommandTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");
    private static final Path TEXT = Path.of("src", "test", "resources", "finetune", "alice.txt");
    private static final int STEPS = Integer.getInteger("mla.train.steps", 6);
    /** What the loss of the text that is held out falls by at least. */
    private static final double LEARNED = STEPS < 100 ? 0.15 : 2;

    @TempDir
    private Path folder;

    private List<String> command(String... more) {
        List<String> command = new ArrayList<>(List.of("train", "--model", TINY.toString(), "--data", TEXT.toString(),
                "--out", folder.resolve("out").toString()));
        command.addAll(List.of(more));
        return command;
    }

    private static CommandRun run(List<String> command) {
        return CommandRun.of(command.toArray(String[]::new));
    }

    @Test
    void theShippedModelLearnsAnotherBook() throws IOException {
        String[] sizes = STEPS < 100
                ? new String[]{"--steps", "" + STEPS, "--batch", "2", "--length", "24", "--held-out", "0.01",
                    "--learning-rate", "0.003"}
                : new String[]{"--steps", "" + STEPS};
        CommandRun trained = run(command(sizes));
        assertEquals(0, trained.status(), trained.err());
        List<Double> heldOut = trained.out().lines().map(line -> line.strip().split("\\s+"))
                .filter(parts -> parts.length > 1 && parts[0].matches("\\d+"))
                .map(parts -> Double.parseDouble(parts[parts[0].equals("0") ? 1 : 2])).toList();
        assertTrue(heldOut.getLast() < heldOut.getFirst() - LEARNED, trained.out());
        assertTrue(trained.out().contains("in the numbers of its files"), trained.out());
        assertTrue(Files.readString(folder.resolve("out.svg")).contains("of the text that is held out</text>"));
        assertFalse(Files.exists(folder.resolve("out.state")), "the state stays behind the end");
        Path out = folder.resolve("out");
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            assertEquals(-1, Files.mismatch(TINY.resolve(name), out.resolve(name)), name);
        }
        try (Checkpoint before = Checkpoint.open(TINY); Checkpoint after = Checkpoint.open(out)) {
            assertEquals(before.names(), after.names());
            before.names().forEach(name -> assertEquals(before.storedAs(name), after.storedAs(name), name));
        }
        CommandRun generated = CommandRun.of("generate", "--model", out.toString(), "--prompt", "Alice", "--max-tokens",
                "5");
        assertEquals(0, generated.status(), generated.err());
        CommandRun again = run(command(sizes));
        assertEquals(2, again.status());
        assertTrue(again.err().contains("holds a model already"), again.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--steps 0 | steps is 0, must be 1 to 1000000",
        "--batch 0 | batch is 0, must be 1 to 1024", "--batch 2000 | batch is 2000",
        "--length 1 | length is 1, must be 2 to", "--length 2000 | the model is made for 1024",
        "--learning-rate 0 | learning rate is 0.0, must be above 0 and at most 1",
        "--learning-rate 2 | learning rate is 2.0", "--learning-rate NaN | learning rate is NaN",
        "--warm-up 400 | warm-up is 400, must be 0 to 300", "--lora -1 | rank of adapters is -1, must be 0 to 1024",
        "--lora 70 | adapters of rank 70 are no smaller than", "--balance 2 | balance is 2.0, must be 0 to 1",
        "--save-every 0 | steps between two states are 0, must be at least 1",
        "--held-out 0 | --held-out is 0, must be a share above 0 and at most 0.5, or the name of a text",
        "--held-out 0.7 | --held-out is 0.7", "--held-out nothing.txt | cannot read the text that is held out",
        "--seed x | --seed", "--steps many | --steps"})
    void optionsOutOfRangeAreRefused(String options, String message) throws IOException {
        refused(run(command(options.split(" "))), message);
    }

    private void refused(CommandRun run, String message) throws IOException {
        assertEquals(2, run.status(), run.err());
        assertTrue(run.err().contains(message), run.err());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.filter(file -> file.getFileName().toString().startsWith("out")).toList());
        }
    }

    private CommandRun replaced(String option, Path value) {
        List<String> command = command();
        command.set(command.indexOf(option) + 1, value.toString());
        return run(command);
    }

    @Test
    void textsThatCannotBeUsedAreRefused() throws IOException {
        refused(replaced("--data", folder.resolve("none.txt")), "cannot read the text from");
        Path text = folder.resolve("text.txt");
        Files.write(text, new byte[]{'a', (byte) 0xff});
        refused(replaced("--data", text), "is not UTF-8");
        Files.writeString(text, "");
        refused(replaced("--data", text), "has 0 tokens, a window of 128 needs 129");
        Files.writeString(text, "A few words.");
        refused(replaced("--data", text), "give a longer text, or shorter windows");
        refused(run(command("--held-out", text.toString())), "give a longer text, or shorter windows");
    }

    @Test
    void modelsThatCannotBeTrainedAreRefused() throws IOException {
        refused(replaced("--model", folder.resolve("none")), "no model in");
        Path model = SmallFolder.write(folder.resolve("model"), Dtype.F32);
        Files.delete(model.resolve("tokenizer.json"));
        refused(replaced("--model", model), "no tokenizer in");
        Path wide = SmallFolder.write(folder.resolve("wide"), Dtype.F64);
        refused(replaced("--model", wide), "deepseek_v2 has its weights in F64 (model.");
    }

    @Test
    void theFolderMustBeFree() throws IOException {
        Path out = Files.createDirectories(folder.resolve("out"));
        Files.writeString(out.resolve("config.json"), "{}");
        CommandRun taken = run(command());
        assertEquals(2, taken.status());
        assertTrue(taken.err().contains("which holds a model already; name another folder"), taken.err());
        CommandRun nowhere = replaced("--out", folder.resolve("no/folder").resolve("x"));
        assertEquals(2, nowhere.status());
        assertTrue(nowhere.err().contains("must be a folder in a folder that exists"), nowhere.err());
    }

    /** A training of a small model by adapters, which another command's state is not taken for. */
    @Test
    void aStateOfOtherOptionsIsRefused() throws IOException {
        Path model = SmallFolder.write(folder.resolve("model"), Dtype.BF16);
        List<String> command = new ArrayList<>(List.of("train", "--model", model.toString(), "--data", TEXT.toString(),
                "--out", folder.resolve("out").toString(), "--steps", "3", "--batch", "1", "--length", "8",
                "--held-out", "0.001", "--lora", "2", "--engine", TestTargets.ENGINE));
        Path state = Files.createDirectories(folder.resolve("out.state")).resolve("state.safetensors");
        Files.writeString(state, "damaged");
        CommandRun damaged = run(command);
        assertEquals(2, damaged.status());
        assertTrue(damaged.err().contains("state.safetensors"), damaged.err());
        Files.delete(state);
        CommandRun trained = run(command);
        assertEquals(0, trained.status(), trained.err());
        assertTrue(trained.out().contains("of adapters of rank 2"), trained.out());
        assertTrue(Arrays.asList(folder.toFile().list()).contains("out"));
    }
}
