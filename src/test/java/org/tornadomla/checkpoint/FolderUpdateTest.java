package org.tornadomla.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.blocks.PlainFormat;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.SafetensorsWriter;

/** Folders and files that are written: with other numbers, with a prediction layer, or with numbers of our own. */
class FolderUpdateTest {

    @TempDir
    private Path folder;

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFolderIsWrittenAgainWithOtherNumbers() throws IOException {
        Path source = Files.createDirectories(folder.resolve("source"));
        new SafetensorsWriter().add("m", Dtype.F32, List.of(3L, 2L), new float[]{1, 2, 3, 4, 5, 6})
                .add("half", Dtype.F16, List.of(2L), new float[]{7, 8}).add("one", Dtype.F32, List.of(), new float[]{9})
                .write(source.resolve("model.safetensors"));
        for (String file : List.of("config.json", "tokenizer.json", "generation_config.json", "own.jinja",
                "notes.md")) {
            Files.writeString(source.resolve(file), "{\"of\": \"" + file + "\"}");
        }
        Path target = folder.resolve("target");
        assertFalse(FolderUpdate.isFinished(target));
        List<Long> told = new ArrayList<>();
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            FolderUpdate update = new FolderUpdate(source, checkpoint,
                    Map.of("m", new float[]{6, 5, 4, 3, 2, 1}, "half", new float[]{0.5f, 0.25f}));
            assertEquals(6 * 4 + 2 * 2 + 4, update.tensorBytes());
            update.write(target, told::add);
            assertEquals(update.tensorBytes(), told.getLast());
        }
        assertEquals(
                List.of("config.json", "generation_config.json", "model.safetensors", "own.jinja", "tokenizer.json"),
                names(target), "a lone file has no index");
        for (String file : List.of("config.json", "tokenizer.json", "own.jinja")) {
            assertEquals(Files.readString(source.resolve(file)), Files.readString(target.resolve(file)));
        }
        assertTrue(FolderUpdate.isFinished(target));
        Files.writeString(target.resolve("conversion.unfinished"), "");
        assertFalse(FolderUpdate.isFinished(target));
        try (Checkpoint written = Checkpoint.open(target)) {
            assertEquals(List.of(3L, 2L), written.info("m").shape());
            assertArrayEquals(new float[]{6, 5, 4, 3, 2, 1}, written.read("m"));
            assertEquals(Dtype.F16, written.info("half").dtype());
            assertArrayEquals(new float[]{0.5f, 0.25f}, written.read("half"));
            assertArrayEquals(new float[]{9}, written.read("one"), "what has no other numbers is copied");
        }
    }

    /** A prediction layer goes with the model where the files have it, and no word is lost where they have not. */
    @Test
    void aPredictionLayerIsConvertedToo() throws IOException {
        Path golden = Goldens.folder("models").resolve("v3-sigmoid-bias");
        Path source = Files.createDirectories(folder.resolve("source"));
        Files.copy(golden.resolve("config.json"), source.resolve("config.json"));
        RawTensors tensors = new RawTensors();
        ModelConfig model;
        try (ModelFiles files = ModelFiles.open(golden); Checkpoint checkpoint = Checkpoint.open(golden)) {
            model = files.config();
            checkpoint.names().forEach(name -> tensors.add(name, checkpoint.info(name).dtype(),
                    checkpoint.info(name).shape(), checkpoint.bytes(name).toArray(ValueLayout.JAVA_BYTE)));
        }
        assertEquals(model.weights().keySet(), converted(golden), "the files have none");
        String norm = "model.layers." + model.numHiddenLayers() + ".enorm.weight";
        String joint = norm.replace("enorm", "eh_proj");
        int hidden = model.hiddenSize();
        tensors.floats(norm, List.of((long) hidden), new float[hidden]).floats(joint,
                List.of((long) hidden, 2L * hidden), new float[2 * hidden * hidden]);
        tensors.write(source.resolve("model.safetensors"));
        List<String> expected = new ArrayList<>(model.weights().keySet());
        expected.add(norm);
        expected.add(joint);
        assertEquals(expected.stream().sorted().toList(), converted(source).stream().sorted().toList());
    }

    private Set<String> converted(Path source) throws IOException {
        Path target = Files.createTempDirectory(folder, "converted");
        try (ModelFiles files = ModelFiles.open(source)) {
            new FolderConversion(files.config(), files.weights(), source, PlainFormat.BF16,
                    FolderConversion.SHARD_BYTES).write(target, bytes -> {});
        }
        try (Checkpoint written = Checkpoint.open(target)) {
            return new LinkedHashSet<>(written.names());
        }
    }

    @Test
    void numbersOfOurOwnAreRead() {
        Path file = folder.resolve("own.safetensors");
        Map<String, float[]> numbers = new LinkedHashMap<>();
        numbers.put("many", new float[]{1, 2, 3});
        numbers.put("none", new float[0]);
        numbers.put("one", new float[]{4});
        NumbersFile.write(file, Map.of("step", "7", "of", "a test"), numbers);
        try (SafetensorsFile written = SafetensorsFile.open(file)) {
            assertEquals(List.of("many", "one"), List.copyOf(written.names()));
            assertArrayEquals(new float[]{1, 2, 3}, written.read("many").values());
            assertArrayEquals(new float[]{4}, written.read("one").values());
            assertEquals("7", written.metadata().get("step"));
            assertEquals("a test", written.metadata().get("of"));
        }
    }
}
