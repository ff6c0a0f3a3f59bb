package org.tornadomla.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tornadomla.backend.Target;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.WeightChoice;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.weights.FormatChoice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mla bench --model X --clients N,...}: a model as many clients at once see it. */
@Command(name = ClientsBenchCommand.NAME, mixinStandardHelpOptions = true, hidden = true,
        description = "Measure a model as many clients at once see it; written as bench --model X --clients N,...")
final class ClientsBenchCommand implements Callable<Integer> {

    /** How bench is called when it measures clients. */
    static final String NAME = "bench-clients";
    private static final long SEED = 1;

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "DIR|FILE",
            description = "A folder or a GGUF file; models/tiny-kjv without.")
    private Path directory;

    @Option(names = "--random-weights",
            description = "Weights are random: the model is a folder with a config.json and nothing else.")
    private boolean randomWeights;

    @Option(names = "--clients", paramLabel = "N", split = ",", required = true,
            description = "How many at once; several numbers are measured in turns.")
    private List<Integer> clients;

    @Option(names = {"-p", "--n-prompt"}, paramLabel = "N", defaultValue = "32",
            description = "Tokens of each prompt (default: ${DEFAULT-VALUE}).")
    private int prompt;

    @Option(names = {"-n", "--n-gen"}, paramLabel = "N", defaultValue = "64",
            description = "Tokens of each answer (default: ${DEFAULT-VALUE}).")
    private int answer;

    @Option(names = "--shared", paramLabel = "N", defaultValue = "0",
            description = "Measure a second turn too, behind a first one of so many tokens (default: none).")
    private int shared;

    @Option(names = {"-r", "--repetitions"}, paramLabel = "N", defaultValue = "3",
            description = "How often each is measured (default: ${DEFAULT-VALUE}).")
    private int repetitions;

    @Mixin
    private NumberOptions numbers;

    @Mixin
    private ConfigOptions config;

    @Mixin
    private EngineOptions engine;

    @Override
    public Integer call() {
        Path model = directory == null ? GenerateCommand.shipped() : directory;
        require("--clients", Collections.min(clients), 1);
        require("--n-prompt", prompt, 1);
        require("--n-gen", answer, 2);
        require("--repetitions", repetitions, 1);
        require("--shared", shared, 0);
        Target target = engine.target(on -> formats(model, on), numbers.cache());
        int most = Collections.max(clients);
        // A text's last page may be nearly empty.
        int each = prompt + answer + DecoderOptions.defaults().pageTokens();
        long tokens = Math.max((long) most * each, shared + 2 * each);
        if (tokens > Counts.MOST) {
            throw new ConfigurationException(
                    "--clients " + most + " with " + prompt + " + " + answer + " tokens each and --shared " + shared
                            + " take a cache of " + tokens + " tokens, must be at most " + Counts.MOST);
        }
        DecoderOptions options = numbers.on(DecoderOptions.defaults().withBatch(most).withCacheTokens((int) tokens));
        try (Decoder decoder = load(model, target, options)) {
            ClientsBench bench = new ClientsBench(decoder, prompt, answer);
            print(model, decoder, bench.measure(clients, repetitions));
            if (shared > 0) {
                print(bench.turns(shared, repetitions));
            }
        }
        return ExitStatus.OK;
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new ConfigurationException(name + " is " + value + ", must be at least " + least);
        }
    }

    private FormatChoice formats(Path model, Target target) {
        if (randomWeights) {
            return numbers.ofRandomWeights();
        }
        DecoderOptions asked = numbers.on(DecoderOptions.defaults());
        try (ModelFiles files = ModelFiles.open(model, config.read())) {
            return WeightChoice.of(asked, files.config(), files.weights(), target);
        }
    }

    private Decoder load(Path model, Target target, DecoderOptions options) {
        if (randomWeights) {
            var sizes = ModelFiles.config(model, config.read());
            return Decoder.of(sizes, RandomWeights.of(sizes, SEED), target, options);
        }
        try (ModelFiles files = ModelFiles.open(model, config.read());
                Progress progress = new Progress("loading", files.config().parameters() * Float.BYTES)) {
            return Decoder.load(files, target, options, loaded -> progress.done(loaded * Float.BYTES));
        }
    }

    private void print(Path model, Decoder decoder, List<ClientsBench.Row> rows) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(model.toAbsolutePath().normalize().getFileName() + ", " + Text.bytes(decoder.weightBytes()) + ", "
                + decoder.target() + ", " + Runtime.getRuntime().availableProcessors() + " threads, prompts of "
                + prompt + " tokens and answers of " + answer);
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("clients", "t/s in all", "times the first", "t/s each", "first token p50", "p99"));
        for (ClientsBench.Row row : rows) {
            table.add(List.of("" + row.clients(), number(row.all()), number(row.all() / rows.getFirst().all()),
                    number(row.each()), Text.seconds(row.firstAt(50) / 1e9), Text.seconds(row.firstAt(99) / 1e9)));
        }
        out.print(Text.table(table));
    }

    private void print(ClientsBench.Turns turns) {
        spec.commandLine().getOut()
                .println("first token of a turn of " + turns.shared() + " tokens after "
                        + Text.seconds(turns.first() / 1e9) + ", of the next one of " + prompt + " more after "
                        + Text.seconds(turns.second() / 1e9) + ", " + number((double) turns.first() / turns.second())
                        + " times sooner");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
