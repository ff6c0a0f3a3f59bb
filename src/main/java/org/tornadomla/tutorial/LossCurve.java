package org.tornadomla.tutorial;

import java.util.List;
import java.util.Locale;

/** The losses of trainings as a picture: a line each, on a scale of powers of ten. */
public final class LossCurve {

    private static final String[] COLOURS = {"#1f6feb", "#d1242f"};
    private static final int LEFT = 56;
    private static final int TOP = 20;
    private static final int WIDTH = 560;
    private static final int HEIGHT = 260;
    private static final int POINTS = 140;
    /** Powers of ten from the lower edge to the upper one. */
    private static final int LOWEST = -3;
    private static final int HIGHEST = 1;

    private LossCurve() {
    }

    /** The picture as SVG. */
    public static String svg(List<TrainingResult> results) {
        StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 330\""
                + " font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"640\" height=\"330\" fill=\"white\"/>\n");
        for (int power = LOWEST; power <= HIGHEST; power++) {
            double y = y(Math.pow(10, power));
            svg.append(String.format(Locale.ROOT,
                    "<path d=\"M%d %.1fh%d\" stroke=\"#d0d7de\"/><text x=\"8\" y=\"%.1f\">%s</text>%n", LEFT, y, WIDTH,
                    y + 4, label(power)));
        }
        for (int i = 0; i < results.size(); i++) {
            line(svg, results.get(i), i);
        }
        svg.append("<text x=\"" + LEFT + "\" y=\"318\">loss of a letter, over steps 1 to "
                + results.getFirst().losses().length + "</text>\n</svg>\n");
        return svg.toString();
    }

    private static String label(int power) {
        return power < 0 ? "0." + "0".repeat(-power - 1) + "1" : "1" + "0".repeat(power);
    }

    private static double y(double loss) {
        double power = Math.clamp(Math.log10(loss), LOWEST, HIGHEST);
        return TOP + HEIGHT * (HIGHEST - power) / (HIGHEST - LOWEST);
    }

    private static void line(StringBuilder svg, TrainingResult result, int number) {
        double[] losses = result.losses();
        int points = Math.min(POINTS, losses.length);
        StringBuilder places = new StringBuilder();
        for (int point = 0; point < points; point++) {
            int from = point * losses.length / points;
            int to = (point + 1) * losses.length / points;
            double mean = 0;
            for (int step = from; step < to; step++) {
                mean += losses[step] / (to - from);
            }
            places.append(String.format(Locale.ROOT, "%.1f,%.1f ", LEFT + WIDTH * (point + 0.5) / points, y(mean)));
        }
        String colour = COLOURS[number % COLOURS.length];
        svg.append("<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"1.5\" points=\""
                + places.toString().strip() + "\"/>\n");
        svg.append(
                String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s: %.1f %% of unseen dates</text>%n",
                        LEFT + 280, 40 + 18 * number, colour, result.form(), 100 * result.right()));
    }
}
