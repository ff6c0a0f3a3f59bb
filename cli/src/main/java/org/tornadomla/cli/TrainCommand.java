package org.tornadomla.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.checkpoint.FolderUpdate;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.OutputException;
import org.tornadomla.files.WholeFile;
import org.tornadomla.finetune.Course;
import org.tornadomla.finetune.FineTuning;
import org.tornadomla.finetune.FineTuningOptions;
import org.tornadomla.finetune.LanguageModel;
import org.tornadomla.finetune.ModelFingerprint;
import org.tornadomla.finetune.StateFolder;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.picture.Axis;
import org.tornadomla.picture.LineChart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mla train}: trains a model on a text, and writes it as a folder of its own. */
@Command(name = "train", mixinStandardHelpOptions = true,
        description = {
            "Train a small model of the DeepSeek family on a text, and write it as a folder of Hugging Face's"
                    + " files with the same names and number formats.",
            "The training can be stopped at any moment, by Ctrl-C too: the same command goes on from the last state,"
                    + " which is kept in a folder beside --out, and ends with the same weights."})
final class TrainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = {"-m", "--model"}, required = true, paramLabel = "DIR",
            description = "Folder of a model in Hugging Face's files, in f32, f16 or bf16.")
    private Path directory;

    @Option(names = {"-o", "--out"}, required = true, paramLabel = "DIR",
            description = "Folder for the trained model, which is empty or not there yet.")
    private Path out;

    @Option(names = "--picture", paramLabel = "FILE",
            description = "Where the losses are drawn (default: the name of --out with .svg).")
    private @Nullable Path picture;

    @Mixin
    private TrainingTexts texts;

    @Mixin
    private TrainingOptions training;

    @Mixin
    private EngineOptions engine;

    @Mixin
    private ConfigOptions config;

    @Override
    public Integer call() {
        FineTuningOptions options = training.read();
        requireFolders();
        try (ModelFiles files = ModelFiles.open(directory, config.read());
                Checkpoint checkpoint = Checkpoint.open(files.path())) {
            LanguageModel.requireCovered(files.config(), checkpoint);
            TrainingTexts.Windows windows = texts.read(directory, options.length());
            try (StateFolder states = StateFolder.open(beside(".state"))) {
                if (FolderUpdate.isFinished(out) && !states.hasState()) {
                    throw new ConfigurationException(
                            "--out is " + out + ", which holds a model already; name another folder");
                }
                FineTuning tuning = new FineTuning(ModelFingerprint.of(files.path(), checkpoint), options,
                        windows.trained(), windows.heldOut(), states, training.saveEvery());
                return train(files, checkpoint, states, tuning, windows);
            }
        }
    }

    private void requireFolders() {
        if (!Files.isDirectory(directory) || !ModelFiles.isModel(directory)) {
            throw new ParameterException(spec.commandLine(),
                    "no model in " + directory + ": it must be a folder that holds a config.json");
        }
        if (!ModelFiles.hasTokenizer(directory)) {
            throw new ConfigurationException("no tokenizer in " + directory + ": a text needs tokenizer.json, or"
                    + " another one that mla info names");
        }
        if (!Files.isDirectory(out.toAbsolutePath().normalize().getParent())) {
            throw new ParameterException(spec.commandLine(),
                    "--out is " + out + ", must be a folder in a folder that exists");
        }
    }

    /** A file or folder beside the one that is written. */
    private Path beside(String ending) {
        Path folder = out.toAbsolutePath().normalize();
        return folder.resolveSibling(folder.getFileName() + ending);
    }

    private int train(ModelFiles files, Checkpoint checkpoint, StateFolder states, FineTuning tuning,
            TrainingTexts.Windows windows) {
        FineTuningOptions options = training.read();
        Target target = engine.target();
        Course course;
        Map<String, float[]> tensors;
        try (Interruption interruption = new Interruption();
                LanguageModel model = new LanguageModel(files.config(), checkpoint, options, target)) {
            TrainingReport report = new TrainingReport(spec.commandLine().getOut(), options);
            report.begin(target, model.trained(), windows);
            try (report) {
                course = tuning.run(model, interruption, report);
            }
            if (course.steps() < options.steps()) {
                spec.commandLine().getErr().println("stopped after " + course.steps() + " of " + options.steps()
                        + " steps; the same command goes on from there, the state is in " + beside(".state"));
                return ExitStatus.FAILURE;
            }
            tensors = model.tensors();
        }
        write(files, checkpoint, tensors);
        finish(tuning, course, target);
        states.remove();
        return ExitStatus.OK;
    }

    private void write(ModelFiles files, Checkpoint checkpoint, Map<String, float[]> tensors) {
        // A run that was killed behind the end of its folder has left nothing to write.
        if (!FolderUpdate.isFinished(out)) {
            FolderUpdate update = new FolderUpdate(files.path(), checkpoint, tensors);
            try (Progress progress = new Progress("writing", update.tensorBytes())) {
                update.write(out, progress::done);
            }
        }
    }

    /** Reads what was written, and draws the losses. */
    private void finish(FineTuning tuning, Course course, Target target) {
        PrintWriter printer = spec.commandLine().getOut();
        try (ModelFiles files = ModelFiles.open(out, config.read());
                LanguageModel model = new LanguageModel(files.config(), files.weights(),
                        training.read().withoutAdapters(), target)) {
            printer.printf(Locale.ROOT, "%nwritten    %s, held-out loss %.4f in the numbers of its files%n", out,
                    tuning.loss(model));
        }
        Path file = picture == null ? beside(".svg") : picture;
        try {
            WholeFile.write(file, svg(course).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new OutputException("the picture " + file + " cannot be written: " + e.getMessage());
        }
        printer.println("picture    " + file);
    }

    private static String svg(Course course) {
        List<Course.HeldOut> heldOut = course.heldOut();
        double[] losses = course.losses();
        double[] at = heldOut.stream().mapToDouble(Course.HeldOut::step).toArray();
        double[] held = heldOut.stream().mapToDouble(Course.HeldOut::loss).toArray();
        double least = Math.min(min(losses), min(held));
        double most = Math.max(max(losses), max(held));
        LineChart chart = new LineChart(Axis.even(least, most), course.steps(),
                "mean loss of a token, over steps 0 to " + course.steps());
        chart.means("of each step's batch", losses);
        chart.line("of the text that is held out", at, held);
        return chart.svg();
    }

    private static double min(double[] numbers) {
        return Arrays.stream(numbers).min().orElse(0);
    }

    private static double max(double[] numbers) {
        return Arrays.stream(numbers).max().orElse(0);
    }
}
