package org.tornadomla.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.tornadomla.backend.Target;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Perplexity;
import org.tornadomla.decoder.WeightChoice;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tokenizer.TextTokenizer;
import org.tornadomla.weights.FormatChoice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mla bench --model}: a whole model measured in the words of llama-bench, or its perplexity on a text. */
@Command(name = ModelBenchCommand.NAME, mixinStandardHelpOptions = true, hidden = true,
        description = {"Measure a whole model, in llama-bench's words; written as bench --model or bench --perplexity.",
            "A GGUF file runs in turns with llama-bench, where one is on the path."})
final class ModelBenchCommand implements Callable<Integer> {

    /** How bench is called when it measures a model. */
    static final String NAME = "bench-model";

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "DIR|FILE",
            description = "A folder or a GGUF file; models/tiny-kjv without.")
    private Path directory;

    @Option(names = "--perplexity", paramLabel = "FILE",
            description = "Print how well the model expects this text, as llama-perplexity does.")
    private Path text;

    @Option(names = "--ctx-size", paramLabel = "N", defaultValue = "512",
            description = "Tokens of a window of --perplexity (default: ${DEFAULT-VALUE}).")
    private int window;

    @Option(names = {"-p", "--n-prompt"}, paramLabel = "N", split = ",", defaultValue = "512",
            description = "Tokens of prompts, pp (default: ${DEFAULT-VALUE}); 0 for none.")
    private List<Integer> prompts;

    @Option(names = {"-n", "--n-gen"}, paramLabel = "N", split = ",", defaultValue = "128",
            description = "Tokens that are generated one by one, tg (default: ${DEFAULT-VALUE}); 0 for none.")
    private List<Integer> generated;

    @Option(names = {"-d", "--n-depth"}, paramLabel = "N", split = ",", defaultValue = "0",
            description = "Tokens that stand in the cache before (default: ${DEFAULT-VALUE}).")
    private List<Integer> depths;

    @Option(names = {"-r", "--repetitions"}, paramLabel = "N", defaultValue = "5",
            description = "How often each is measured (default: ${DEFAULT-VALUE}).")
    private int repetitions;

    @Option(names = {"-o", "--output"}, paramLabel = "md|jsonl", defaultValue = "md",
            description = "A table, or a line of JSON a test (default: ${DEFAULT-VALUE}).")
    private ModelBench.Output output;

    @Mixin
    private NumberOptions numbers;

    @Mixin
    private PackedOptions packed;

    @Mixin
    private ConfigOptions config;

    @Mixin
    private EngineOptions engine;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path model = directory == null ? GenerateCommand.shipped() : directory;
        if (!ModelFiles.isModel(model)) {
            throw new ParameterException(spec.commandLine(),
                    "no model in " + model + ": it is no GGUF file and holds no config.json");
        }
        if (repetitions < 1) {
            throw new ConfigurationException("--repetitions is " + repetitions + ", must be at least 1");
        }
        List<ModelBench.Test> tests = text == null ? tests(model) : List.of();
        Target target = engine.target(on -> formats(model, on), numbers.cache());
        if (text != null) {
            perplexity(model, target);
            return ExitStatus.OK;
        }
        int longest = tests.stream().mapToInt(ModelBench.Test::tokens).max().orElseThrow();
        DecoderOptions options = DecoderOptions.defaults().withChunkTokens(Math.min(GenerateCommand.CHUNK, longest))
                .withBatch(1).withCacheTokens(longest);
        try (Decoder decoder = load(model, target, options)) {
            ModelBench bench = new ModelBench(decoder, model, Runtime.getRuntime().availableProcessors());
            Optional<LlamaBench> other = LlamaBench.onPath(model, bench.threads());
            List<ModelBench.Row> rows = bench.measure(tests, repetitions, other);
            bench.print(spec.commandLine().getOut(), rows, output);
        }
        return ExitStatus.OK;
    }

    private List<ModelBench.Test> tests(Path model) throws IOException {
        List<ModelBench.Test> tests = new ArrayList<>();
        for (int depth : depths) {
            prompts.forEach(tokens -> tests.add(new ModelBench.Test(true, tokens, depth)));
            generated.forEach(tokens -> tests.add(new ModelBench.Test(false, tokens, depth)));
        }
        tests.forEach(test -> {
            if (test.count() < 0 || test.depth() < 0) {
                throw new ConfigurationException("test " + test + " has a negative number, all must be at least 0");
            }
        });
        tests.removeIf(test -> test.count() == 0);
        if (tests.isEmpty()) {
            throw new ConfigurationException("nothing to measure: -p and -n are 0");
        }
        requirePositions(model, tests);
        return tests;
    }

    /** Before anything is loaded: a long prompt takes minutes, and the token behind it would be refused. */
    private void requirePositions(Path model, List<ModelBench.Test> tests) throws IOException {
        try (ModelFiles files = ModelFiles.open(model, config.read())) {
            int most = files.config().maxPositionEmbeddings();
            tests.stream().filter(test -> test.tokens() > most).findFirst().ifPresent(test -> {
                throw new ConfigurationException("test " + test + " takes " + test.tokens() + " tokens, this model has "
                        + most + " positions; ask for less with -d, -p or -n");
            });
        }
    }

    private FormatChoice formats(Path model, Target target) {
        DecoderOptions asked = numbers.on(DecoderOptions.defaults());
        try (ModelFiles files = ModelFiles.open(model, config.read())) {
            return WeightChoice.of(asked, files.config(), files.weights(), target);
        }
    }

    private Decoder load(Path model, Target target, DecoderOptions options) {
        try (ModelFiles files = ModelFiles.open(model, config.read());
                Progress progress = new Progress("loading", files.config().parameters() * Float.BYTES)) {
            return Decoder.load(files, target, packed.on(numbers.on(options)),
                    loaded -> progress.done(loaded * Float.BYTES));
        }
    }

    /** Prints what llama-perplexity prints: the value after each window, and the last one with its error. */
    private void perplexity(Path model, Target target) {
        String read = TextFile.read("the text", text);
        try (TextTokenizer tokenizer = ModelFiles.tokenizer(model);
                Decoder decoder = load(model, target, Perplexity.options(DecoderOptions.defaults(), window))) {
            int[] ids = tokenizer.encode(read, true);
            OptionalInt begin = tokenizer.beginId();
            boolean begins = begin.isPresent() && ids.length > 0 && ids[0] == begin.getAsInt();
            var out = spec.commandLine().getOut();
            Perplexity.Result all = Perplexity.of(decoder, ids, window, begins ? begin : OptionalInt.empty(),
                    result -> {
                        out.printf(Locale.ROOT, "[%d]%.4f,", result.window(), result.value());
                        out.flush();
                    });
            out.println();
            out.printf(Locale.ROOT, "Final estimate: PPL = %.4f +/- %.5f%n", all.value(), all.error());
        }
    }
}
