package org.tornadomla.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.Variants;
import org.tornadomla.selftest.KernelSources;
import org.tornadomla.selftest.SampleDecoder;
import org.tornadomla.selftest.SelfTest;
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

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Target target = engine.target();
        Variants variants = SelfTest.require(target);
        out.println("on " + target);
        out.println(variants.reasons(target));
        WeightFormats.ALL.stream().flatMap(type -> type.refusal(target).stream()).forEach(out::println);
        out.println();
        out.print(Text.table(rows(NumberFormats.each().filter(formats -> formats.weights().refusal(target).isEmpty())
                .flatMap(formats -> new SampleDecoder(variants, formats).steps().stream()).toList())));
        if (folder != null) {
            write(KernelSources.of(target, variants));
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

    private void write(Map<String, String> sources) {
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, String> source : sources.entrySet()) {
                Files.writeString(folder.resolve(source.getKey() + ".txt"), source.getValue());
            }
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot write to " + folder + ": " + e.getMessage(), e);
        }
        spec.commandLine().getOut().println(sources.size() + " files in " + folder);
    }
}
