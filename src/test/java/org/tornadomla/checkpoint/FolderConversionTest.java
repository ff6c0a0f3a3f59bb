package org.tornadomla.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.blocks.PlainFormat;
import org.tornadomla.config.Weight;
import org.tornadomla.config.WeightPart;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.Rounding;
import org.tornadomla.testing.SourceValues;
import org.tornadomla.tokenizer.TextTokenizer;

/** Folders that are written are models, with the numbers of the model that they were made of. */
class FolderConversionTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");
    private static final String UNFINISHED = "conversion.unfinished";

    @TempDir
    private Path folder;

    private static void convert(Path source, Path target, PlainFormat format, long shardBytes) {
        try (ModelFiles files = ModelFiles.open(source)) {
            List<Long> told = new ArrayList<>();
            FolderConversion conversion = new FolderConversion(files.config(), files.weights(), source, format,
                    shardBytes);
            conversion.write(target, told::add);
            assertEquals(conversion.tensorBytes(), told.getLast());
            assertEquals(told.stream().sorted().toList(), told, "a bar goes one way");
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertSame(Path source, Path target, Dtype rounded) {
        try (ModelFiles from = ModelFiles.open(source); ModelFiles to = ModelFiles.open(target)) {
            assertEquals(from.config().weights(), to.config().weights());
            assertEquals(List.of(), to.skipped());
            assertFalse(to.config().fp8Blocks());
            var expected = SourceValues.of(from.config(), from.weights());
            var found = SourceValues.of(to.config(), to.weights());
            for (Weight weight : from.config().weights().values()) {
                boolean exact = weight.shape().size() == 1 || weight.part() == WeightPart.ROUTER;
                Dtype dtype = exact ? Dtype.F32 : rounded;
                assertEquals(dtype.name(), to.weights().storedAs(weight.name()), weight.name());
                assertArrayEquals(Rounding.to(dtype, expected.get(weight.name())), found.get(weight.name()),
                        weight.name());
            }
        }
    }

    @Test
    void aFolderHasTheNumbersAndTheTokenizer() throws IOException {
        for (PlainFormat format : PlainFormat.values()) {
            Path target = folder.resolve("in-" + format);
            convert(TINY, target, format, FolderConversion.SHARD_BYTES);
            assertSame(TINY, target, Dtype.valueOf(format.name()));
            assertTrue(names(target).contains("model.safetensors") && !names(target).contains(UNFINISHED),
                    () -> target.toString());
            try (TextTokenizer own = TextTokenizer.load(target); TextTokenizer other = TextTokenizer.load(TINY)) {
                assertArrayEquals(other.encode("In the beginning", true), own.encode("In the beginning", true));
            }
        }
    }

    /** Rounded weights become plain ones, and no word of the configuration says that they are rounded. */
    @Test
    void eightBitsWithScalesBecomePlainNumbersInShards() throws IOException {
        Path rounded = Files.createDirectories(folder.resolve("fp8"));
        CheckpointFiles.copy(TINY, rounded, Dtype.F8_E4M3, 2);
        Path target = folder.resolve("plain");
        convert(rounded, target, PlainFormat.F32, 1 << 20);
        assertSame(rounded, target, Dtype.F32);
        long shards = names(target).stream().filter(name -> name.matches("model-\\d{5}-of-\\d{5}.safetensors")).count();
        assertTrue(shards > 3, names(target)::toString);
        assertTrue(names(target).contains("model.safetensors.index.json"), names(target)::toString);
        for (int i = 0; i < shards; i++) {
            Path shard = target.resolve(ModelFolder.shard(i, (int) shards));
            assertEquals(0, Files.size(shard) % 4, "numbers begin on whole words");
        }
    }

    @Test
    void aFolderThatHoldsOtherThingsIsLeftAlone() throws IOException {
        Path target = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(target.resolve("notes.txt"), "mine");
        ConfigurationException refused = assertThrows(ConfigurationException.class,
                () -> convert(TINY, target, PlainFormat.BF16, FolderConversion.SHARD_BYTES));
        assertTrue(refused.getMessage().contains("notes.txt") && refused.getMessage().contains("empty or not there"),
                refused.getMessage());
        assertEquals(List.of("notes.txt"), names(target));
    }

    /** A run that was killed left its mark and shards of another number; one that is at work is left alone. */
    @Test
    void whatAKilledRunLeftIsTakenAway() throws IOException {
        Path target = Files.createDirectories(folder.resolve("again"));
        for (String left : List.of(UNFINISHED, "model-00001-of-00009.safetensors", "config.json",
                "tokenizer.json.01234567-89ab-cdef-0123-456789abcdef.partial")) {
            Files.writeString(target.resolve(left), "left");
        }
        try (ModelFolder working = ModelFolder.begin(target)) {
            assertEquals(List.of(UNFINISHED), names(target), working::toString);
            ConfigurationException refused = assertThrows(ConfigurationException.class,
                    () -> convert(TINY, target, PlainFormat.BF16, FolderConversion.SHARD_BYTES));
            assertTrue(refused.getMessage().contains("another run writes"), refused.getMessage());
        }
        convert(TINY, target, PlainFormat.BF16, FolderConversion.SHARD_BYTES);
        assertSame(TINY, target, Dtype.BF16);
        assertFalse(names(target).contains(UNFINISHED) || names(target).contains("model-00001-of-00009.safetensors"));
    }
}
