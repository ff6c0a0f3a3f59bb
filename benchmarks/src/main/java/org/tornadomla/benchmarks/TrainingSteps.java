package org.tornadomla.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.tutorial.DateTraining;
import org.tornadomla.tutorial.Form;

/**
 * Steps of training beside PyTorch's, in turns: a dense layer of DeepSeek-V2-Lite on 128 tokens, forward and backward,
 * and a whole step of the tutorial's first model, optimiser included. Arguments: engine, threads, and a Python with
 * torch; the JVM must be started for as many threads.
 */
public final class TrainingSteps {

    private static final double ALLOWED = 1e-4;
    private static final int TURNS = 9;
    private static final int TUTORIAL_TURN = 20;
    private static final int TUTORIAL_STEPS = 600;
    /** Letters of the tutorial's dates, with its two marks. */
    private static final String LETTERS = "61";

    private TrainingSteps() {
    }

    /** Prints a line a case. */
    public static void main(String[] arguments) {
        Target target = Targets.choose(arguments[0], null);
        layer(target, arguments[1], arguments[2]);
        tutorial(target, arguments[1], arguments[2]);
    }

    private static void layer(Target target, String threads, String python) {
        try (TorchSteps torch = new TorchSteps(python, "layer", threads);
                TrainedLayer layer = new TrainedLayer(target)) {
            double[] expected = torch.check();
            double[] found = layer.check();
            for (int i = 0; i < expected.length; i++) {
                if (!(Math.abs(found[i] - expected[i]) <= ALLOWED * expected[i])) {
                    throw new IllegalStateException(
                            "lengths are " + Arrays.toString(found) + ", PyTorch's are " + Arrays.toString(expected));
                }
            }
            double[] ours = new double[TURNS];
            double[] theirs = new double[TURNS];
            for (int i = -3; i < TURNS; i++) {
                long begin = System.nanoTime();
                layer.step();
                double seconds = (System.nanoTime() - begin) / 1e9;
                double peer = torch.run(1);
                if (i >= 0) {
                    ours[i] = seconds;
                    theirs[i] = peer;
                }
            }
            print("V2-Lite dense layer, 128 tokens, forward and backward", target, torch.version(), ours, theirs);
        }
    }

    private static void tutorial(Target target, String threads, String python) {
        try (TorchSteps torch = new TorchSteps(python, "tutorial", threads, LETTERS)) {
            int turns = TUTORIAL_STEPS / TUTORIAL_TURN;
            double[] ours = new double[turns];
            double[] theirs = new double[turns];
            long[] begin = {System.nanoTime()};
            new DateTraining(target, 1, 32).train(Form.PAPER, TUTORIAL_STEPS, done -> {
                if (done % TUTORIAL_TURN == 0) {
                    int turn = done / TUTORIAL_TURN - 1;
                    ours[turn] = (System.nanoTime() - begin[0]) / 1e9 / TUTORIAL_TURN;
                    theirs[turn] = torch.run(TUTORIAL_TURN) / TUTORIAL_TURN;
                    begin[0] = System.nanoTime();
                }
            });
            // The first third warms both up.
            print("tutorial, a step of 32 texts", target, torch.version(), Arrays.copyOfRange(ours, turns / 3, turns),
                    Arrays.copyOfRange(theirs, turns / 3, turns));
        }
    }

    private static void print(String what, Target target, String version, double[] ours, double[] theirs) {
        double[] ratios = new double[ours.length];
        Arrays.setAll(ratios, i -> ours[i] / theirs[i]);
        System.out.printf(Locale.ROOT, "%s | %s | %.2f ms | PyTorch %s %.2f ms | %.2f times | by best times %.2f%n",
                what, target.engine(), 1e3 * median(ours), version, 1e3 * median(theirs), median(ratios),
                Arrays.stream(ours).min().orElseThrow() / Arrays.stream(theirs).min().orElseThrow());
    }

    private static double median(double[] numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
