package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Support;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

class WeightChoiceTest {

    private static final Path MODEL = Goldens.folder("models").resolve("v3-sigmoid-bias");

    @TempDir
    private Path directory;

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void halvesStayOnDevicesThatHaveThem(Target target) {
        CheckpointFiles.copy(MODEL, directory, Dtype.F16, 1);
        ModelConfig model = ModelConfigReader.read(directory.resolve("config.json"));
        try (Checkpoint files = Checkpoint.open(directory)) {
            assertEquals(target.limits().half() == Support.YES ? WeightFormats.F16 : WeightFormats.F32,
                    WeightChoice.of(DecoderOptions.defaults(), model, files, target).matrices());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void bfloat16StaysWhereItIsAsFast(Target target) {
        CheckpointFiles.copy(MODEL, directory, Dtype.BF16, 1);
        ModelConfig model = ModelConfigReader.read(directory.resolve("config.json"));
        try (Checkpoint files = Checkpoint.open(directory)) {
            assertEquals(target.limits().bitCasts() == Support.NO ? WeightFormats.F32 : WeightFormats.BF16,
                    WeightChoice.of(DecoderOptions.defaults(), model, files, target).matrices());
        }
    }

    /** Numbers of 8 bits stay what they are where they are as fast; what is not stored so stays what it is. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void float8StaysWhereItIsAsFast(Target target) {
        CheckpointFiles.copy(MODEL, directory, Dtype.F8_E4M3, 1);
        ModelConfig model = ModelConfigReader.read(directory.resolve("config.json"));
        try (Checkpoint files = Checkpoint.open(directory)) {
            FormatChoice choice = WeightChoice.of(DecoderOptions.defaults(), model, files, target);
            boolean fast = target.limits().bitCasts() != Support.NO || target.manyCores();
            assertEquals(fast ? WeightFormats.FP8 : WeightFormats.F32,
                    choice.of("model.layers.0.self_attn.o_proj.weight"));
            assertEquals(WeightFormats.F32, choice.of("lm_head.weight"));
        }
    }

    @ParameterizedTest(name = "stored as {0}, asked for {1}")
    @CsvSource({"F32,, F32", "F8_E4M3, F32, F32", "BF16, BF16, BF16", "BF16, F32, F32", "BF16, INT8, INT8",
        "F32, BF16, BF16"})
    void whatIsAskedForComesFirst(Dtype stored, String asked, String expected) {
        CheckpointFiles.copy(MODEL, directory, stored, 1);
        ModelConfig model = ModelConfigReader.read(directory.resolve("config.json"));
        try (Checkpoint files = Checkpoint.open(directory)) {
            NumberFormat wanted = asked == null ? null : WeightFormats.byName(asked).orElseThrow();
            assertEquals(WeightFormats.byName(expected).orElseThrow(),
                    WeightChoice.of(DecoderOptions.defaults().withWeightType(wanted), model, files,
                            TestTargets.all().findFirst().orElseThrow()).matrices());
        }
    }

    /** Rows that are only copied are as they are stored, whatever is asked for the matrices. */
    @ParameterizedTest(name = "stored as {0}, asked for {1}")
    @CsvSource({"BF16,, BF16", "BF16, INT8, BF16", "F32, BF16, F32", "F16, F32, F32"})
    void theEmbeddingStaysAsItIsStored(Dtype stored, String asked, String expected) {
        CheckpointFiles.copy(MODEL, directory, stored, 1);
        ModelConfig model = ModelConfigReader.read(directory.resolve("config.json"));
        try (Checkpoint files = Checkpoint.open(directory)) {
            NumberFormat wanted = asked == null ? null : WeightFormats.byName(asked).orElseThrow();
            FormatChoice choice = WeightChoice.of(DecoderOptions.defaults().withWeightType(wanted), model, files,
                    TestTargets.all().findFirst().orElseThrow());
            NumberFormat table = WeightFormats.byName(expected).orElseThrow();
            assertEquals(table, choice.table());
            // 32-bit numbers are part of every self-test.
            assertTrue(table.equals(WeightFormats.F32) || choice.formats().contains(table), "a self-test covers it");
        }
    }
}
