package org.tornadomla.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tornadomla.backend.Target;
import org.tornadomla.cost.CostReport;
import org.tornadomla.cost.KernelCost;
import org.tornadomla.cost.PredictionTable;
import org.tornadomla.cost.Traffic;
import org.tornadomla.error.DeviceException;
import org.tornadomla.graph.Step;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.selftest.KernelError;
import org.tornadomla.selftest.KernelErrors;
import org.tornadomla.selftest.KernelSource;
import org.tornadomla.selftest.KernelSources;
import org.tornadomla.selftest.SampleDecoder;
import org.tornadomla.selftest.SelfTest;
import org.tornadomla.training.TrainingSample;
import org.tornadomla.weights.NumberFormats;
import org.tornadomla.weights.WeightFormats;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mla kernels}: which kernels a device runs, why these, and what its compiler makes of them. */
@Command(name = "kernels", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Show the kernels that a device runs, and why these; write their generated source.")
final class KernelsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private EngineOptions engine;

    @Option(names = "--out", paramLabel = "FOLDER",
            description = "Write each kernel's source as the device's compiler receives it, in the sizes of the self-test.")
    private Path folder;

    @Option(names = "--errors", paramLabel = "FILE",
            description = "Run each kernel, held against Java, and write a line for each: its name, its"
                    + " largest error as a share of the largest value, why it does not run or is wrong; tabs between.")
    private Path errors;

    @Option(names = "--cost",
            description = "Count what the kernels for many cores ask of a GPU, at the sizes of a layer of DeepSeek-V2-Lite.")
    private boolean cost;

    @Option(names = "--predict",
            description = "Predict, from bytes and arithmetic, what decoding takes on cards that are not at hand; a table in Markdown.")
    private boolean predict;

    @Override
    public void run() {
        if (cost) {
            showCost();
            return;
        }
        if (predict) {
            PredictionTable.lines().forEach(spec.commandLine().getOut()::println);
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        Target target = engine.target();
        if (errors != null) {
            writeErrors(target, KernelErrors.of(target, SelfTest.family(target)));
            return;
        }
        Optional<DeviceException> refused = Optional.empty();
        KernelFamily shown = SelfTest.family(target);
        try {
            SelfTest.require(target);
        } catch (DeviceException e) {
            refused = Optional.of(e);
        }
        out.println("on " + target);
        out.println(shown.reasons(target));
        WeightFormats.ALL.stream().flatMap(type -> type.refusal(target).stream()).forEach(out::println);
        out.println();
        out.print(Text.table(rows(NumberFormats.each().filter(formats -> formats.weights().refusal(target).isEmpty())
                .flatMap(formats -> new SampleDecoder(shown, formats).steps().stream()).toList())));
        out.println();
        out.println("for training:");
        out.print(Text
                .table(rows(TrainingSample.each(target).stream().flatMap(sample -> sample.steps().stream()).toList())));
        if (folder != null || refused.isPresent()) {
            showSources(target, KernelSources.of(target, shown));
        }
        if (refused.isPresent()) {
            throw refused.get();
        }
    }

    private void showCost() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("step", "kernel", "of", "sectors loaded", "least", "sectors stored", "least", "local accesses",
                "conflicts", "barriers", "operations"));
        for (CostReport.Line line : CostReport.of(NumberFormats.F32)) {
            KernelCost c = line.cost();
            rows.add(List.of(line.step(), line.kernel(), line.work(), Long.toString(c.loads().touched()),
                    share(c.loads()), Long.toString(c.stores().touched()), share(c.stores()),
                    Long.toString(c.localAccesses()), Long.toString(c.conflicts()), Long.toString(c.barriers()),
                    Long.toString(c.operations())));
        }
        spec.commandLine().getOut().print(Text.table(rows));
    }

    private static String share(Traffic traffic) {
        return Math.round(100 * traffic.efficiency()) + " %";
    }

    /** Writes a line a kernel, and fails when one is wrong. */
    void writeErrors(Target target, Map<String, KernelError> found) {
        List<String> lines = new ArrayList<>();
        List<List<String>> wrong = new ArrayList<>();
        found.forEach((kernel, error) -> {
            lines.add(kernel + "\t" + (error.isRight() ? String.format(Locale.ROOT, "%.1e", error.largest()) : "")
                    + "\t" + error.refusal());
            if (!error.isRight()) {
                wrong.add(List.of(kernel, error.refusal()));
            }
        });
        write(errors, lines);
        PrintWriter out = spec.commandLine().getOut();
        out.println(lines.size() - wrong.size() + " of " + lines.size() + " kernels are right on " + target);
        out.print(Text.table(wrong));
        out.flush();
        if (!wrong.isEmpty()) {
            throw new DeviceException(wrong.size() + " kernels do not run or are wrong on " + target);
        }
    }

    private void write(Path file, List<String> lines) {
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot write to " + file + ": " + e.getMessage(), e);
        }
    }

    /** Writes what compiles and shows what does not, with the reason. */
    private void showSources(Target target, Map<String, KernelSource> sources) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("does not compile", "since"));
        sources.forEach((kernel, source) -> {
            if (!source.compiles()) {
                rows.add(List.of(kernel, source.refusal().lines().findFirst().orElse("")));
            }
        });
        if (folder != null) {
            write(sources);
        }
        if (rows.size() > 1) {
            spec.commandLine().getOut().print(Text.table(rows));
            spec.commandLine().getOut().flush();
            throw new DeviceException(
                    rows.size() - 1 + " of " + sources.size() + " kernels do not compile on " + target);
        }
    }

    /** A line a kernel with the operations that it computes. */
    private static List<List<String>> rows(List<Step> steps) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("kernel", "runs as", "operations"));
        Set<String> kernels = new LinkedHashSet<>();
        steps.forEach(step -> kernels.add(step.kernel()));
        for (String kernel : kernels) {
            List<Step> users = steps.stream().filter(step -> step.kernel().equals(kernel)).toList();
            rows.add(List.of(kernel,
                    users.getFirst().grid().local() == 0 ? "loop" : "groups of " + users.getFirst().grid().local(),
                    String.join(", ", users.stream().map(Step::name).distinct().toList())));
        }
        return rows;
    }

    private void write(Map<String, KernelSource> sources) {
        int written = 0;
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, KernelSource> source : sources.entrySet()) {
                if (source.getValue().compiles()) {
                    Files.writeString(folder.resolve(source.getKey() + ".txt"), source.getValue().text());
                    written++;
                }
            }
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot write to " + folder + ": " + e.getMessage(), e);
        }
        spec.commandLine().getOut().println(written + " files in " + folder);
    }
}
