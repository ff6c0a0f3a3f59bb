package org.tornadomla.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.tornadomla.error.OutputException;
import org.tornadomla.files.WholeFile;
import org.tornadomla.tutorial.TrainingResult;
import org.tornadomla.tutorial.LossCurve;
import org.tornadomla.tutorial.Form;
import org.tornadomla.tutorial.DateTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mla tutorial}: trains the transformer of docs/tutorial in both forms, and shows what they learned. */
@Command(name = "tutorial", mixinStandardHelpOptions = true,
        description = {"Train the tutorial's transformer on dates: first with the paper's attention and feed-forward,",
            "then with latent attention and a mixture of experts. Ends with a table, answers to unseen dates and",
            "the losses as a picture."})
final class TutorialCommand implements Callable<Integer> {

    private static final int SHOWN = 10;

    @Spec
    private CommandSpec spec;

    @Mixin
    private EngineOptions engine;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "" + DateTraining.STEPS,
            description = "Steps of each training (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Seed of dates, weights and order (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--picture", paramLabel = "FILE", defaultValue = "tutorial.svg",
            description = "Where the losses are drawn (default: ${DEFAULT-VALUE}).")
    private Path picture;

    @Override
    public Integer call() {
        if (steps < 1) {
            throw new ParameterException(spec.commandLine(), "--steps is " + steps + ", must be at least 1");
        }
        if (Files.isDirectory(picture) || !Files.isDirectory(picture.toAbsolutePath().getParent())) {
            throw new ParameterException(spec.commandLine(),
                    "--picture is " + picture + ", must be a file in a folder that is there");
        }
        return run(new DateTraining(engine.target(), seed, DateTraining.QUESTIONS)::train);
    }

    /** Trains a form of the model, and tells how many steps are done. */
    interface Training {
        TrainingResult train(Form form, int steps, IntConsumer done);
    }

    /** Trains both forms, and shows what came of it. */
    int run(Training training) {
        List<TrainingResult> results = new ArrayList<>();
        for (Form form : Form.values()) {
            try (Progress progress = Progress.ofParts(form.toString(), "steps", steps)) {
                results.add(training.train(form, steps, progress::done));
            }
            row(results);
        }
        answers(results);
        draw(results);
        return ExitStatus.OK;
    }

    private void row(List<TrainingResult> results) {
        PrintWriter out = spec.commandLine().getOut();
        if (results.size() == 1) {
            out.printf(Locale.ROOT, "%-8s%10s%24s%10s%10s%10s%n", "form", "weights", "cached a token, layer", "loss",
                    "right", "seconds");
        }
        TrainingResult result = results.getLast();
        out.printf(Locale.ROOT, "%-8s%,10d%24d%10.4f%9.1f%%%10.1f%n", result.form(), result.weights(), result.cached(),
                result.loss(), 100 * result.right(), result.seconds());
    }

    private void answers(List<TrainingResult> results) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%n%-26s", "unseen");
        results.forEach(result -> out.printf(Locale.ROOT, "%-14s", result.form()));
        out.println();
        for (int i = 0; i < SHOWN; i++) {
            out.printf(Locale.ROOT, "%-26s", results.getFirst().asked().get(i));
            for (TrainingResult result : results) {
                TrainingResult.Answer answer = result.answers().get(i);
                out.printf(Locale.ROOT, "%-14s", answer.said() + (answer.right() ? "" : " x"));
            }
            out.println();
        }
    }

    private void draw(List<TrainingResult> results) {
        try {
            WholeFile.write(picture, LossCurve.svg(results).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new OutputException("the picture " + picture + " cannot be written: " + e.getMessage());
        }
        spec.commandLine().getOut().println("\nThe losses are drawn in " + picture);
    }
}
