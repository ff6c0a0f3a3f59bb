package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ReadOptions;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.LoaderFuzz;
import org.tornadomla.tokenizer.TextTokenizer;

/** Point 18: damaged files end in named refusals, with no exception but ours, whatever was damaged. */
class LoaderFuzzTest {

    private static final long SEED = 12;
    private static final Path TINY = Path.of("models", "tiny-kjv");

    @TempDir
    private Path folder;

    private void check(String file, TestReporter reporter, LoaderFuzz.Loader loader) {
        LoaderFuzz.Result result = LoaderFuzz.attack(folder.resolve(file), SEED, loader);
        reporter.publishEntry(file, result.toString());
        assertTrue(result.refused() > result.mutations() / 20, file + ": " + result);
    }

    /** What {@code info} works out of a configuration alone. */
    @ParameterizedTest
    @ValueSource(strings = {"v2-group-limited", "v3-sigmoid-bias"})
    void configurations(String model, TestReporter reporter) throws IOException {
        Files.copy(Goldens.folder("models").resolve(model).resolve("config.json"), folder.resolve("config.json"));
        check("config.json", reporter, () -> {
            ModelConfig config = ModelFiles.config(folder, ReadOptions.STRICT.forSizes());
            ModelReport report = new ModelReport(config);
            report.architecture();
            report.parts(java.util.Optional.empty());
            report.budgets(Optional.empty());
        });
    }

    @Test
    void indexes(TestReporter reporter) {
        CheckpointFiles.copy(Goldens.folder("models").resolve("v2-group-limited"), folder, Dtype.F32, 3);
        check("model.safetensors.index.json", reporter, () -> ModelFiles.open(folder).close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "tokenizer_config.json"})
    void tokenizers(String file, TestReporter reporter) throws IOException {
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(TINY.resolve(name), folder.resolve(name));
        }
        check(file, reporter, () -> {
            try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
                tokenizer.encode("In the beginning", true);
            }
        });
    }
}
