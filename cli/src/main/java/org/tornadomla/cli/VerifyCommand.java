package org.tornadomla.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.tornadomla.backend.Target;
import org.tornadomla.error.MlaException;
import org.tornadomla.golden.GoldenCheck;
import org.tornadomla.golden.GoldenModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mla verify}: runs golden cases and holds the results against the values that others computed. */
@Command(name = "verify", mixinStandardHelpOptions = true,
        description = {"Compare results with golden cases: expected values that other implementations computed.",
            "A line a case: name, device, largest error as a fraction of the largest expected value, allowed error.",
            "Status 1 when a case fails, 2 when a file is no golden case."})
final class VerifyCommand implements Callable<Integer> {

    private static final String ENDING = ".safetensors";

    @Spec
    private CommandSpec spec;

    @Mixin
    private EngineOptions engine;

    @Parameters(arity = "1..*", paramLabel = "PATH",
            description = "Golden files, models or GGUF files with expected values, or folders of them.")
    private List<Path> paths;

    @Override
    public Integer call() {
        List<Path> cases = paths.stream().flatMap(path -> cases(path).stream()).toList();
        Target target = engine.target();
        int failed = 0;
        int unusable = 0;
        for (Path path : cases) {
            GoldenCheck golden;
            try {
                golden = GoldenCheck.read(path);
            } catch (MlaException e) {
                spec.commandLine().getErr().println("error: " + ErrorReport.oneLine(e.getMessage()));
                unusable++;
                continue;
            }
            failed += passes(golden, target) ? 0 : 1;
        }
        spec.commandLine().getOut().printf(Locale.ROOT, "%d cases: %d ok, %d failed, %d unusable%n", cases.size(),
                cases.size() - failed - unusable, failed, unusable);
        return failed > 0 ? ExitStatus.FAILURE : unusable > 0 ? ExitStatus.UNUSABLE_INPUT : ExitStatus.OK;
    }

    private boolean passes(GoldenCheck golden, Target target) {
        PrintWriter out = spec.commandLine().getOut();
        String start = String.format(Locale.ROOT, "%-32s  %s", golden.name(), target);
        try {
            GoldenCheck.Outcome outcome = golden.run(target);
            boolean passes = outcome.passes(golden.allowed());
            out.printf(Locale.ROOT, "%s  error %.2e  allowed %.2e  %s%s%n", start, outcome.error(), golden.allowed(),
                    passes ? "ok" : "FAILED", outcome.difference().map(what -> ": " + what).orElse(""));
            return passes;
        } catch (RuntimeException e) {
            out.println(start + "  FAILED: " + e);
            return false;
        }
    }

    /** The golden files and models under a path, in the order of their names. */
    private List<Path> cases(Path path) {
        List<Path> cases = new ArrayList<>();
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        try {
            collect(path, cases);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read " + path + ": no such file or folder", e);
        }
        if (cases.isEmpty()) {
            throw new ParameterException(spec.commandLine(),
                    "no golden case under " + path + ": it holds no file *" + ENDING);
        }
        return cases;
    }

    /** A safetensors file that is a case of its own, and not the expected values of a GGUF file. */
    private static boolean isCase(Path file) {
        return file.toString().endsWith(ENDING) && !file.toString().endsWith(".expected" + ENDING);
    }

    private static void collect(Path folder, List<Path> cases) throws IOException {
        if (GoldenModel.isModel(folder)) {
            cases.add(folder);
            return;
        }
        List<Path> entries;
        try (Stream<Path> found = Files.list(folder)) {
            entries = found.sorted().toList();
        }
        for (Path entry : entries) {
            if (Files.isDirectory(entry)) {
                collect(entry, cases);
            } else if (GoldenModel.isModel(entry) || isCase(entry)) {
                cases.add(entry);
            }
        }
    }
}
