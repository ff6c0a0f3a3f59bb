package org.tornadomla.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.tensor.CacheType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mla info}: what a model is and needs, without loading it. */
@Command(name = "info", mixinStandardHelpOptions = true,
        description = {"Show a model's architecture, parameters, bytes and cache, and what fits into which memory.",
            "A folder with config.json is enough; files with weights are checked if they are there."})
final class InfoCommand implements Callable<Integer> {

    private static final String CONFIG = "config.json";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder of a model in Hugging Face's files.")
    private Path directory;

    @Override
    public Integer call() {
        if (!Files.isRegularFile(directory.resolve(CONFIG))) {
            throw new ParameterException(spec.commandLine(), "no model in " + directory + ": it holds no " + CONFIG);
        }
        ModelConfig model = ModelConfigReader.read(directory.resolve(CONFIG));
        if (!hasWeights()) {
            print(model, Optional.empty(), List.of());
            return ExitStatus.OK;
        }
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            print(model, Optional.of(checkpoint), checkpoint.validate(model));
        }
        return ExitStatus.OK;
    }

    private boolean hasWeights() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.toString().endsWith(".safetensors")
                    || file.toString().endsWith(".safetensors.index.json"));
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot list " + directory + ": " + e.getMessage(), e);
        }
    }

    private void print(ModelConfig model, Optional<Checkpoint> checkpoint, List<String> ignored) {
        PrintWriter out = spec.commandLine().getOut();
        ModelReport report = new ModelReport(model);
        out.println(report.architecture());
        out.println(report.parts(checkpoint));
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
        out.print(report.budgets());
    }
}
