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
import org.tornadomla.checkpoint.GoldenCase;
import org.tornadomla.checkpoint.GoldenReader;
import org.tornadomla.config.MlaException;
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

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Golden files, or folders of them.")
    private List<Path> paths;

    @Override
    public Integer call() {
        List<Path> files = paths.stream().flatMap(path -> files(path).stream()).toList();
        Target target = engine.target();
        int failed = 0;
        int unusable = 0;
        for (Path file : files) {
            GoldenCase golden;
            try {
                golden = GoldenReader.read(file);
            } catch (MlaException e) {
                spec.commandLine().getErr().println("error: " + e.getMessage());
                unusable++;
                continue;
            }
            failed += passes(golden, target) ? 0 : 1;
        }
        spec.commandLine().getOut().printf(Locale.ROOT, "%d cases: %d ok, %d failed, %d unusable%n",
                files.size(), files.size() - failed - unusable, failed, unusable);
        return failed > 0 ? ExitStatus.FAILURE : unusable > 0 ? ExitStatus.UNUSABLE_INPUT : ExitStatus.OK;
    }

    private boolean passes(GoldenCase golden, Target target) {
        PrintWriter out = spec.commandLine().getOut();
        String start = String.format(Locale.ROOT, "%-32s  %s", golden.name(), target);
        try {
            double error = new GoldenRun(golden).error(target);
            double allowed = golden.expected().tolerance();
            // Written so that NaN fails.
            boolean passes = error <= allowed;
            out.printf(Locale.ROOT, "%s  error %.2e  allowed %.2e  %s%n", start, error, allowed, passes
                    ? "ok" : "FAILED");
            return passes;
        } catch (RuntimeException e) {
            out.println(start + "  FAILED: " + e);
            return false;
        }
    }

    /** The golden files under a path, in the order of their names. */
    private List<Path> files(Path path) {
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(path)) {
            found.filter(file -> file.toString().endsWith(ENDING)).sorted().forEach(files::add);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read " + path + ": no such file or folder", e);
        }
        if (files.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no golden case under " + path + ": it holds no file *"
                    + ENDING);
        }
        return files;
    }
}
