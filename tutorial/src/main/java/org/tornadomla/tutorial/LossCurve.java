package org.tornadomla.tutorial;

import java.util.List;
import java.util.Locale;
import org.tornadomla.picture.Axis;
import org.tornadomla.picture.LineChart;

/** The losses of trainings as a picture: a line each, on a scale of powers of ten. */
public final class LossCurve {

    private LossCurve() {
    }

    /** The picture as SVG. */
    public static String svg(List<TrainingResult> results) {
        int steps = results.getFirst().losses().length;
        LineChart chart = new LineChart(Axis.powers(-3, 1), steps, "loss of a letter, over steps 1 to " + steps);
        for (TrainingResult result : results) {
            chart.means(String.format(Locale.ROOT, "%s: %.1f %% of unseen dates", result.form(), 100 * result.right()),
                    result.losses());
        }
        return chart.svg();
    }
}
