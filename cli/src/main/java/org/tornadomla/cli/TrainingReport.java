package org.tornadomla.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.tornadomla.backend.Target;
import org.tornadomla.finetune.Course;
import org.tornadomla.finetune.FineTuning;
import org.tornadomla.finetune.FineTuningOptions;

/** What a training says while it runs: a bar over its steps, and a line whenever the held-out text was read. */
final class TrainingReport implements FineTuning.Listener, AutoCloseable {

    private final PrintWriter out;
    private final FineTuningOptions options;
    private final Progress progress;
    private int line;
    private int timed = -1;
    private long nanos;
    private long since;

    TrainingReport(PrintWriter out, FineTuningOptions options) {
        this.out = out;
        this.options = options;
        this.progress = Progress.ofParts("training", "steps", options.steps());
    }

    /** Says what will be trained, and with what. */
    void begin(Target target, long trained, TrainingTexts.Windows windows) {
        out.println("device     " + target);
        out.println("trained    " + Text.count(trained) + " numbers"
                + (options.rank() > 0 ? " of adapters of rank " + options.rank() : ""));
        out.println("text       " + windows.trained().count() + " windows of " + options.length() + " tokens, "
                + windows.heldOut().count() + " held out");
    }

    @Override
    public void begin(Course course) {
        line = course.steps();
        if (line > 0) {
            out.println("state      goes on behind step " + line);
        }
        out.printf(Locale.ROOT, "%n%8s%10s%10s%12s%n", "step", "loss", "held out", "tokens/s");
        out.flush();
    }

    @Override
    public void step(Course course) {
        progress.done(course.steps());
        // The first step compiles, and is not counted.
        nanos += timed < 0 ? 0 : System.nanoTime() - since;
        timed++;
        since = System.nanoTime();
    }

    @Override
    public void heldOut(Course course) {
        Course.HeldOut read = course.heldOut().getLast();
        String loss = course.steps() == line ? "" : String.format(Locale.ROOT, "%.4f", course.mean(line));
        String speed = timed < 1
                ? ""
                : String.format(Locale.ROOT, "%.0f", 1e9 * timed * options.batch() * options.length() / nanos);
        out.printf(Locale.ROOT, "%8d%10s%10.4f%12s%n", read.step(), loss, read.loss(), speed);
        out.flush();
        line = course.steps();
        since = System.nanoTime();
    }

    @Override
    public void close() {
        progress.close();
    }
}
