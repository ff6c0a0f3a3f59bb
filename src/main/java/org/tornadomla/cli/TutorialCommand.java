package org.tornadomla.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tornadomla.backend.Target;
import org.tornadomla.error.OutputException;
import org.tornadomla.files.WholeFile;
import org.tornadomla.tutorial.Course;
import org.tornadomla.tutorial.Curve;
import org.tornadomla.tutorial.Form;
import org.tornadomla.tutorial.Lesson;
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

    @Option(names = "--steps", paramLabel = "N", defaultValue = "" + Lesson.STEPS,
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
        Target target = engine.target();
        Lesson lesson = new Lesson(target, seed, Lesson.QUESTIONS);
        List<Course> courses = new ArrayList<>();
        for (Form form : Form.values()) {
            try (Progress progress = Progress.ofParts(form.toString(), "steps", steps)) {
                courses.add(lesson.train(form, steps, progress::done));
            }
            row(courses);
        }
        answers(courses);
        draw(courses);
        return ExitStatus.OK;
    }

    private void row(List<Course> courses) {
        PrintWriter out = spec.commandLine().getOut();
        if (courses.size() == 1) {
            out.printf(Locale.ROOT, "%-8s%10s%24s%10s%10s%10s%n", "form", "weights", "cached a token, layer", "loss",
                    "right", "seconds");
        }
        Course course = courses.getLast();
        out.printf(Locale.ROOT, "%-8s%,10d%24d%10.4f%9.1f%%%10.1f%n", course.form(), course.weights(), course.cached(),
                course.loss(), 100 * course.right(), course.seconds());
    }

    private void answers(List<Course> courses) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%n%-26s", "unseen");
        courses.forEach(course -> out.printf(Locale.ROOT, "%-14s", course.form()));
        out.println();
        for (int i = 0; i < SHOWN; i++) {
            out.printf(Locale.ROOT, "%-26s", courses.getFirst().asked().get(i));
            for (Course course : courses) {
                Course.Answer answer = course.answers().get(i);
                out.printf(Locale.ROOT, "%-14s", answer.said() + (answer.right() ? "" : " x"));
            }
            out.println();
        }
    }

    private void draw(List<Course> courses) {
        ByteBuffer svg = ByteBuffer.wrap(Curve.svg(courses).getBytes(StandardCharsets.UTF_8));
        try {
            WholeFile.write(picture, channel -> {
                while (svg.hasRemaining()) {
                    channel.write(svg);
                }
            });
        } catch (IOException e) {
            throw new OutputException("the picture " + picture + " cannot be written: " + e.getMessage());
        }
        spec.commandLine().getOut().println("\nThe losses are drawn in " + picture);
    }
}
