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
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.NumberFormat;
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

    @Option(names = "--plan",
            description = "Show instead what the model needs: bytes by format, what fits which memory, what a token reads.")
    private boolean plan;

    @Option(names = "--memory", paramLabel = "GIB", split = ",", defaultValue = "24,80",
            description = "With --plan, memories of devices in GiB (default: ${DEFAULT-VALUE}).")
    private List<Double> memories;

    @Option(names = "--bandwidth", paramLabel = "GBS", defaultValue = "50",
            description = "With --plan, GB/s that memory is assumed to give (default: ${DEFAULT-VALUE}).")
    private double bandwidth;

    @Option(names = "--context", paramLabel = "N", defaultValue = "4096",
            description = "With --plan, tokens that the cache holds (default: ${DEFAULT-VALUE}).")
    private int context;

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

    private void printPlan(ModelConfig model, Optional<FormatChoice> stored, NumberFormat table) {
        if (!(bandwidth > 0) || context < 1 || memories.stream().anyMatch(memory -> !(memory > 0))) {
            throw new ParameterException(spec.commandLine(), "--memory " + memories + ", --bandwidth " + bandwidth
                    + " and --context " + context + " must be above 0");
        }
        PrintWriter out = spec.commandLine().getOut();
        ModelPlan needs = new ModelPlan(model, context, CacheType.F32);
        out.printf(Locale.ROOT, "cache: %s for %d tokens in float32; beside it %s for the JVM and scratch%n",
                Text.bytes(needs.cacheBytes()), context, Text.bytes(ModelReport.BESIDE));
        out.println("A token reads the experts that it chooses and no others. Its time assumes that memory is read at");
        out.println("the speed of --bandwidth and that nothing else takes time.");
        out.println();
        out.print(needs.table(ModelReport.formats(stored, table),
                memories.stream().map(gib -> Math.round(gib * (1L << 30))).toList(), bandwidth * 1e9));
    }

    private void print(ModelConfig model, Optional<WeightSource> weights, List<String> ignored) {
        PrintWriter out = spec.commandLine().getOut();
        if (plan) {
            printPlan(model, weights.flatMap(files -> WeightChoice.stored(model, files)),
                    WeightChoice.table(model, weights));
            return;
        }
        ModelReport report = new ModelReport(model);
        out.println(report.architecture());
        model.unreadableStorage().ifPresent(storage -> {
            out.println("The weights are stored in a way that this program cannot run: " + storage);
            out.println();
        });
        out.println(report.parts(weights));
        if (!ignored.isEmpty()) {
            out.println(ignored.size() + " tensors are not used, " + Shortened.text(ignored.getFirst()) + " for one");
            out.println();
        }
        long cacheBytes = report.cacheBytes(CacheType.F32);
        out.printf(Locale.ROOT,
                "cache: %s a token in float32, plain multi-head attention %s: %.1f times as much; in bfloat16 %s, in 8 bits %s%n%n",
                Text.bytes(cacheBytes), Text.bytes(report.multiHeadBytes()),
                report.multiHeadBytes() / (double) cacheBytes, Text.bytes(report.cacheBytes(CacheType.BF16)),
                Text.bytes(report.cacheBytes(CacheType.INT8)));
        out.printf(Locale.ROOT,
                "context in float32 that fits beside the weights, by their type in memory, and %s for the JVM and scratch:%n",
                Text.bytes(ModelReport.BESIDE));
        out.print(report.budgets(weights.flatMap(files -> WeightChoice.stored(model, files)),
                WeightChoice.table(model, weights)));
    }
}
