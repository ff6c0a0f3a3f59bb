package org.tornadomla.mixture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.tornadomla.mixture.MixtureConfig.Balance;
import org.tornadomla.mixture.MixtureConfig.Scoring;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.training.AdamW;
import org.tornadomla.training.Schedule;

/**
 * A toy task: a mixture learns what a fixed network makes of tokens, from a router that sends nearly all of them to two
 * experts. With {@code -Dmla.mixture.steps=500 -Dmla.mixture.picture=true} it draws the course of the loads.
 */
class BalanceTest {

    private static final int TOKENS = 128;
    private static final int STEPS = Integer.getInteger("mla.mixture.steps", 60);
    private static final MixtureConfig PLAIN = MixtureConfig.plain(16, 8, 1, 8, 2);

    /** Part of the first error that is left at most; what does not learn keeps all of it. */
    private static final double LEARNED = 0.8;

    private record Run(String name, MixtureConfig config, double gamma) {
    }

    private static final List<Run> RUNS = List.of(new Run("without balancing", PLAIN, 0),
            new Run("with the loss of experts, alpha 0.5", PLAIN.withBalance(new Balance(0.5, 0, 0)), 0),
            new Run("with a bias moved by 0.02, sigmoid scores", PLAIN.withScoring(Scoring.SIGMOID), 0.02));

    /** Loads of each step, and the mean of the squared errors of the first and the last ten. */
    private record Course(int[][] loads, double before, double after) {

        /** Share of the two most loaded experts over the last ten steps. */
        double crowded() {
            int[] sums = new int[PLAIN.experts()];
            for (int[] step : Arrays.copyOfRange(loads, loads.length - 10, loads.length)) {
                for (int expert = 0; expert < sums.length; expert++) {
                    sums[expert] += step[expert];
                }
            }
            Arrays.sort(sums);
            return (double) (sums[sums.length - 1] + sums[sums.length - 2]) / Arrays.stream(sums).sum();
        }
    }

    private static MixtureWeights uneven() {
        MixtureWeights weights = MixtureWeights.random(PLAIN, 21);
        float[] router = weights.router().clone();
        // The first number of every token is 1: two experts are ahead by that.
        router[0] = 1.2f;
        router[PLAIN.hidden()] = 1.2f;
        return new MixtureWeights(router, weights.gate(), weights.up(), weights.down());
    }

    private static float[] tokens(int step) {
        float[] x = Seeds.normal(1000 + step, TOKENS * PLAIN.hidden());
        for (int token = 0; token < TOKENS; token++) {
            x[token * PLAIN.hidden()] = 1;
        }
        return x;
    }

    /** What is to be learned: the tanh of a fixed matrix times the token. */
    private static float wanted(float[] teacher, float[] x, int at) {
        int token = at / PLAIN.hidden();
        double sum = 0;
        for (int i = 0; i < PLAIN.hidden(); i++) {
            sum += teacher[at % PLAIN.hidden() * PLAIN.hidden() + i] * x[token * PLAIN.hidden() + i];
        }
        return (float) Math.tanh(sum);
    }

    private static Course course(Run run) {
        float[] teacher = Seeds.normal(22, PLAIN.hidden() * PLAIN.hidden(), 0.5);
        Schedule schedule = new Schedule(0.01, 0.001, 10, STEPS);
        int[][] loads = new int[STEPS][];
        double[] errors = new double[STEPS];
        try (MixtureOfExperts module = new MixtureOfExperts(run.config, uneven(), TOKENS, TestTargets.list().getFirst(),
                new AdamW(0.9, 0.95, 1e-8, 0, 1))) {
            for (int step = 0; step < STEPS; step++) {
                float[] x = tokens(step);
                float[] y = module.forward(x);
                float[] dY = new float[y.length];
                for (int i = 0; i < y.length; i++) {
                    float error = y[i] - wanted(teacher, x, i);
                    errors[step] += error * error / y.length;
                    dY[i] = 2 * error / TOKENS;
                }
                loads[step] = module.loads();
                module.backward(dY);
                module.step(schedule.rate(step + 1));
                if (run.gamma > 0) {
                    module.updateBias(run.gamma);
                }
            }
        }
        return new Course(loads, Arrays.stream(errors, 0, 10).average().orElseThrow(),
                Arrays.stream(errors, STEPS - 10, STEPS).average().orElseThrow());
    }

    @Test
    void lossesAndBiasSpreadTokensWhileTheMixtureLearns() throws IOException {
        List<Course> courses = new ArrayList<>();
        for (Run run : RUNS) {
            courses.add(course(run));
            Course last = courses.getLast();
            System.out.printf(Locale.ROOT, "%s: error %.3f to %.3f, two experts take %.2f%n", run.name, last.before(),
                    last.after(), last.crowded());
            assertTrue(last.after() < LEARNED * last.before(),
                    run.name + ": error " + last.before() + " to " + last.after());
        }
        assertTrue(courses.get(0).crowded() > 0.7, "without balancing two of eight take " + courses.get(0).crowded());
        assertTrue(courses.get(1).crowded() < 0.5, "with the loss: " + courses.get(1).crowded());
        assertTrue(courses.get(2).crowded() < 0.35, "with the bias: " + courses.get(2).crowded());
        if (Boolean.getBoolean("mla.mixture.picture")) {
            Files.writeString(Path.of("docs", "mixture-loads.svg"), picture(courses));
        }
    }

    private static final String[] COLOURS = {"#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#edc948",
        "#b07aa1", "#9c755f"};

    private static String picture(List<Course> courses) {
        StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 "
                + (courses.size() * 150 + 20) + "\" font-family=\"sans-serif\" font-size=\"12\">\n"
                + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int i = 0; i < courses.size(); i++) {
            int top = i * 150 + 24;
            svg.append("<text x=\"40\" y=\"" + (top - 8) + "\">" + RUNS.get(i).name
                    + ": share of each of eight experts, over " + STEPS + " steps</text>\n");
            bands(svg, courses.get(i).loads(), top);
            svg.append("<text x=\"4\" y=\"" + (top + 10) + "\">100 %</text><text x=\"16\" y=\"" + (top + 110)
                    + "\">0 %</text>\n");
        }
        return svg.append("</svg>\n").toString();
    }

    /** Bands of shares, one above the other, of means over fifty stretches of the training. */
    private static void bands(StringBuilder svg, int[][] loads, int top) {
        int points = Math.min(50, loads.length);
        double[] below = new double[points];
        for (int expert = 0; expert < PLAIN.experts(); expert++) {
            StringBuilder upper = new StringBuilder();
            StringBuilder lower = new StringBuilder();
            for (int point = 0; point < points; point++) {
                int from = point * loads.length / points;
                int to = (point + 1) * loads.length / points;
                double share = 0;
                for (int step = from; step < to; step++) {
                    share += (double) loads[step][expert] / (TOKENS * PLAIN.topK()) / (to - from);
                }
                double x = 40 + 590.0 * point / (points - 1);
                lower.insert(0, String.format(Locale.ROOT, "%.1f,%.1f ", x, top + 110 * (1 - below[point])));
                below[point] += share;
                upper.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, top + 110 * (1 - below[point])));
            }
            svg.append("<polygon fill=\"" + COLOURS[expert] + "\" points=\"" + upper + lower.toString().strip()
                    + "\"/>\n");
        }
    }
}
