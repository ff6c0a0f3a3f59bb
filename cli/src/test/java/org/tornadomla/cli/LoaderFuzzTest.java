package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.config.GenerationDefaults;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ReadOptions;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.FuzzWatch;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.LoaderFuzz;
import org.tornadomla.tokenizer.ChatMessage;
import org.tornadomla.tokenizer.ChatTemplate;
import org.tornadomla.tokenizer.TextTokenizer;
import org.tornadomla.tokenizer.TokenizerSettings;
import org.tornadomla.weights.WeightFormats;

/** Point 18: damaged files end in named refusals, with no exception but ours, whatever was damaged. */
class LoaderFuzzTest {

    private static final long SEED = 12;
    private static final Path TINY = Path.of("models", "tiny-kjv");

    @TempDir
    private Path folder;

    private void check(String file, TestReporter reporter, Runnable loader) {
        FuzzWatch watch = LoaderFuzz.attack(folder.resolve(file), SEED, loader);
        reporter.publishEntry("fuzz", watch.toString());
        assertTrue(watch.refused() > watch.tried() / 20, watch::toString);
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
            report.parts(Optional.empty());
            report.budgets(Optional.empty(), WeightFormats.F32);
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

    @Test
    void samplingDefaults(TestReporter reporter) throws IOException {
        Files.writeString(folder.resolve(GenerationDefaults.FILE),
                "{\"do_sample\": true, \"temperature\": 0.6, \"top_k\": 40, \"top_p\": 0.95, \"min_p\": 0.01,"
                        + " \"repetition_penalty\": 1.1, \"eos_token_id\": [1, 2]}");
        check(GenerationDefaults.FILE, reporter, () -> GenerationDefaults.read(folder));
    }

    /** A template of the library itself, which uses most of the language. */
    @Test
    void templates(TestReporter reporter) throws IOException {
        Files.copy(TINY.resolve("tokenizer_config.json"), folder.resolve("tokenizer_config.json"));
        try (InputStream template = TextTokenizer.class.getResourceAsStream("deepseek_v32.jinja")) {
            Files.copy(template, folder.resolve("chat_template.jinja"));
        }
        List<ChatMessage> messages = List.of(new ChatMessage("user", "Why?"), new ChatMessage("assistant", "So."));
        check("chat_template.jinja", reporter, () -> ChatTemplate.of(TokenizerSettings.read(folder)).render(messages));
    }
}
