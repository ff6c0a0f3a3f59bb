package org.tornadomla.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.Shortened;
import org.tornadomla.decoder.WeightChoice;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tensor.CacheType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mla info}: what a model is and needs, without loading it. */
@Command(name = "info", mixinStandardHelpOptions = true,
        description = {"Show a model's architecture, parameters, bytes and cache, and what fits into which memory.",
            "A folder with config.json is enough; files with weights are checked if they are there."})
final class InfoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "MODEL",
            description = "Folder of a model in Hugging Face's files, or a GGUF file.")
    private Path argument;

    @Option(names = {"-m", "--model"}, paramLabel = "MODEL", description = "The same.")
    private Path option;

    @Mixin
    private ConfigOptions config;

    @Override
    public Integer call() {
        Path path = option == null ? argument : option;
        if (path == null || option != null && argument != null) {
            throw new ParameterException(spec.commandLine(),
                    "give one model: a folder, or a GGUF file, as the argument or with --model");
        }
        if (!ModelFiles.isModel(path)) {
            throw new ParameterException(spec.commandLine(),
                    "no model in " + path + ": it is no GGUF file and holds no config.json");
        }
        ModelConfig model = ModelFiles.config(path, config.read().forSizes());
        if (!ModelFiles.hasWeights(path)) {
            print(model, Optional.empty(), List.of());
            return ExitStatus.OK;
        }
        if (model.unreadableStorage().isPresent()) {
            print(model, Optional.empty(), List.of());
            printStored(path);
            return ExitStatus.OK;
        }
        try (ModelFiles files = ModelFiles.open(path, config.read())) {
            print(files.config(), Optional.of(files.weights()), files.skipped());
        }
        return ExitStatus.OK;
    }

    /** What the files' own headers say, where the configuration describes a storage that is not known. */
    private void printStored(Path path) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("format in the files", "tensors", "bytes"));
        ModelFiles.stored(path).forEach((format, stored) -> rows
                .add(List.of(Shortened.text(format), Text.count(stored.tensors()), Text.bytes(stored.bytes()))));
        spec.commandLine().getOut().println();
        spec.commandLine().getOut().print(Text.table(rows));
    }

    private void print(ModelConfig model, Optional<WeightSource> weights, List<String> ignored) {
        PrintWriter out = spec.commandLine().getOut();
        ModelReport report = new ModelReport(model);
        out.println(report.architecture());
        model.unreadableStorage().ifPresent(storage -> {
            out.println("The weights are stored in a way that this program cannot run: " + storage);
            out.println();
        });
        out.println(report.parts(weights));
        if (!ignored.isEmpty()) {
            out.println(ignored.size() + " tensors are not used, " + ignored.getFirst() + " for one");
            out.println();
        }
        long cacheBytes = report.cacheBytes(CacheType.F32);
        out.printf(Locale.ROOT,
                "cache: %s a token in float32, plain multi-head attention %s: %.1f times as much; in bfloat16 %s%n%n",
                Text.bytes(cacheBytes), Text.bytes(report.multiHeadBytes()),
                report.multiHeadBytes() / (double) cacheBytes, Text.bytes(report.cacheBytes(CacheType.BF16)));
        out.printf(
                "context in float32 that fits beside the weights, by their type in memory, and %s for the JVM and scratch:%n",
                Text.bytes(ModelReport.BESIDE));
        out.print(report.budgets(weights.flatMap(files -> WeightChoice.stored(model, files))));
    }
}
