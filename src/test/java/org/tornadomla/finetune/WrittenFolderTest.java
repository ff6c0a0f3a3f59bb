package org.tornadomla.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.checkpoint.FolderUpdate;
import org.tornadomla.config.ReadOptions;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;

/** A folder that is written of a trained model computes what the model computes, as the decoder reads it. */
class WrittenFolderTest {

    private static final int LENGTH = 18;

    @TempDir
    private Path folder;

    /** bfloat16 has 8 bits: what the files say differs from what was trained by a part of 2^-9 in each weight. */
    @ParameterizedTest
    @CsvSource({"F32, 5e-5", "BF16, 0.05"})
    void logitsAreThoseOfTheTrainedModel(Dtype dtype, double allowed) throws Exception {
        Path source = SmallFolder.write(folder.resolve("source"), dtype);
        Path target = folder.resolve("target");
        int[] window = new SplittableRandom(2).ints(LENGTH + 1, 0, 2048).toArray();
        float[] trained = train(source, target, window);
        float[][] decoded = decode(target, window);
        float[] all = new float[trained.length];
        for (int row = 0; row < LENGTH; row++) {
            System.arraycopy(decoded[row], 0, all, row * 2048, 2048);
        }
        Comparer.assertClose("logits", all, trained, allowed);
        try (Checkpoint before = Checkpoint.open(source); Checkpoint after = Checkpoint.open(target)) {
            assertEquals(before.names(), after.names());
            before.names().forEach(name -> {
                assertEquals(before.info(name).shape(), after.info(name).shape());
                assertEquals(dtype.name(), after.storedAs(name));
            });
        }
        assertEquals(-1, Files.mismatch(source.resolve("config.json"), target.resolve("config.json")));
        assertEquals(names(source), names(target));
    }

    private static Set<String> names(Path of) throws Exception {
        try (Stream<Path> files = Files.list(of)) {
            return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
        }
    }

    /** Trains some steps, writes the folder, and gives the logits of the window. */
    private static float[] train(Path source, Path target, int[] window) {
        FineTuningOptions options = new FineTuningOptions(5, 1, LENGTH, 0.01, 0, 1, 0, 0);
        Target device = TestTargets.list().getFirst();
        try (ModelFiles files = ModelFiles.open(source, ReadOptions.STRICT);
                Checkpoint checkpoint = Checkpoint.open(source);
                LanguageModel model = new LanguageModel(files.config(), checkpoint, options, device)) {
            double first = model.train(new int[][]{window}, 0.01);
            for (int step = 0; step < 4; step++) {
                model.train(new int[][]{window}, 0.01);
            }
            assertTrue(model.loss(new int[][]{window}) < first - 0.1);
            Map<String, float[]> tensors = model.tensors();
            new FolderUpdate(source, checkpoint, tensors).write(target, _ -> {
                // Nobody watches.
            });
            assertThrows(ConfigurationException.class,
                    () -> new FolderUpdate(source, checkpoint, tensors).write(target, _ -> {
                        // Nothing is written.
                    }));
            return model.logits(0);
        }
    }

    private static float[][] decode(Path target, int[] window) {
        int[] ids = Arrays.copyOf(window, LENGTH);
        DecoderOptions options = DecoderOptions.defaults().withBatch(1).withCacheTokens(64);
        try (ModelFiles files = ModelFiles.open(target, ReadOptions.STRICT);
                Decoder decoder = Decoder.of(files.config(), files.weights(), TestTargets.list().getFirst(), options);
                Sequence sequence = decoder.open()) {
            return decoder.score(sequence, ids);
        }
    }
}
