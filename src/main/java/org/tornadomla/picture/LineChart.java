package org.tornadomla.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines over the steps of a training. */
public final class LineChart {

    private static final String[] COLOURS = {"#1f6feb", "#d1242f", "#1a7f37", "#8250df"};
    private static final int LEFT = 56;
    private static final int TOP = 20;
    private static final int WIDTH = 560;
    private static final int HEIGHT = 260;
    private static final int POINTS = 140;

    private final Axis axis;
    private final int steps;
    private final String caption;
    private final List<Line> lines = new ArrayList<>();

    private record Line(String label, double[] at, double[] numbers) {
    }

    /**
     * An empty chart.
     *
     * @param axis    its heights
     * @param steps   the step at its right edge; 0 is at its left edge
     * @param caption stands below
     */
    public LineChart(Axis axis, int steps, String caption) {
        this.axis = axis;
        this.steps = steps;
        this.caption = caption;
    }

    /** Adds a line through numbers at some steps. */
    public void line(String label, double[] at, double[] numbers) {
        lines.add(new Line(label, at.clone(), numbers.clone()));
    }

    /** Adds a line through a number of each step from the first on; of many steps it shows means. */
    public void means(String label, double[] numbers) {
        int points = Math.min(POINTS, numbers.length);
        double[] at = new double[points];
        double[] means = new double[points];
        for (int point = 0; point < points; point++) {
            int from = (int) ((long) point * numbers.length / points);
            int to = (int) ((point + 1L) * numbers.length / points);
            for (int step = from; step < to; step++) {
                means[point] += numbers[step] / (to - from);
            }
            at[point] = (from + to) / 2.0;
        }
        lines.add(new Line(label, at, means));
    }

    /** The picture. */
    public String svg() {
        StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 330\""
                + " font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"640\" height=\"330\" fill=\"white\"/>\n");
        for (int i = 0; i < axis.marks().size(); i++) {
            double y = y(axis.marks().get(i));
            svg.append(String.format(Locale.ROOT,
                    "<path d=\"M%d %.1fh%d\" stroke=\"#d0d7de\"/><text x=\"8\" y=\"%.1f\">%s</text>%n", LEFT, y, WIDTH,
                    y + 4, axis.labels().get(i)));
        }
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, lines.get(i), COLOURS[i % COLOURS.length], 40 + 18 * i);
        }
        return svg.append("<text x=\"" + LEFT + "\" y=\"318\">" + escaped(caption) + "</text>\n</svg>\n").toString();
    }

    private double y(double number) {
        return TOP + HEIGHT * (1 - axis.height(number));
    }

    private void draw(StringBuilder svg, Line line, String colour, int labelAt) {
        StringBuilder places = new StringBuilder();
        for (int i = 0; i < line.at.length; i++) {
            places.append(
                    String.format(Locale.ROOT, "%.1f,%.1f ", LEFT + WIDTH * line.at[i] / steps, y(line.numbers[i])));
        }
        svg.append("<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"1.5\" points=\""
                + places.toString().strip() + "\"/>\n");
        svg.append("<text x=\"" + (LEFT + 280) + "\" y=\"" + labelAt + "\" fill=\"" + colour + "\">"
                + escaped(line.label) + "</text>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
