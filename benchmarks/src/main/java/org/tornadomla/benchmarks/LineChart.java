package org.tornadomla.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Curves over logarithmic axes.
 *
 * @param title  of the chart
 * @param xLabel what grows
 * @param curves lines, at least one with a point
 */
record LineChart(String title, String xLabel, List<Curve> curves) {

    private static final int HEIGHT = 250;
    private static final int LEFT = 46;
    private static final int RIGHT = 10;
    private static final int TOP = 10;
    private static final int BOTTOM = 36;
    private static final int MOST_TICKS = 5;

    /**
     * One line.
     *
     * @param name   in the legend
     * @param x      sizes, rising
     * @param y      milliseconds
     * @param colour of the line
     * @param dashed whether it is a floor and not a measurement
     */
    record Curve(String name, double[] x, double[] y, String colour, boolean dashed) {
    }

    private record Axis(double least, double most, double from, double to) {

        double place(double value) {
            double part = most > least ? Math.log(value / least) / Math.log(most / least) : 0.5;
            return from + part * (to - from);
        }
    }

    /** Draws the chart. */
    String draw() {
        Axis across = new Axis(least(true), most(true), LEFT, Svg.WIDTH - RIGHT);
        double low = Math.pow(10, Math.floor(Math.log10(least(false))));
        double high = Math.pow(10, Math.ceil(Math.log10(most(false))));
        Axis up = new Axis(low, high, HEIGHT - BOTTOM, TOP);
        Svg svg = new Svg();
        for (double tick = low; tick <= high * 1.01; tick *= 10) {
            svg.line(LEFT, up.place(tick), Svg.WIDTH - RIGHT, up.place(tick), "rule");
            svg.text(LEFT - 5, up.place(tick) + 4, "end", "tick", milliseconds(tick));
        }
        double[] ticks = curves.stream().map(Curve::x).reduce((a, b) -> a.length >= b.length ? a : b).orElseThrow();
        int step = Math.ceilDiv(ticks.length, MOST_TICKS);
        for (int i = ticks.length - 1; i >= 0; i -= step) {
            String anchor = i == ticks.length - 1 ? "end" : "middle";
            svg.text(across.place(ticks[i]), HEIGHT - BOTTOM + 15, anchor, "tick",
                    String.format(Locale.ROOT, "%,.0f", ticks[i]));
        }
        svg.text(LEFT + (Svg.WIDTH - RIGHT - LEFT) / 2.0, HEIGHT - 5, "middle", "tick", xLabel);
        for (Curve curve : curves) {
            double[] x = new double[curve.x().length];
            double[] y = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                x[i] = across.place(curve.x()[i]);
                y[i] = up.place(curve.y()[i]);
            }
            svg.path(x, y, curve.colour(), curve.dashed() ? "4 3" : "");
        }
        return svg.element(HEIGHT, title);
    }

    private double least(boolean x) {
        return curves.stream().flatMapToDouble(c -> Arrays.stream(x ? c.x() : c.y())).min().orElseThrow();
    }

    private double most(boolean x) {
        return curves.stream().flatMapToDouble(c -> Arrays.stream(x ? c.x() : c.y())).max().orElseThrow();
    }

    private static String milliseconds(double value) {
        if (value >= 1000) {
            return String.format(Locale.ROOT, "%.0f s", value / 1000);
        }
        return value >= 1
                ? String.format(Locale.ROOT, "%.0f ms", value)
                : String.format(Locale.ROOT, "%.0f µs", value * 1000);
    }
}
