package org.tornadomla.benchmarks;

import java.util.Locale;

/** A drawing under construction, with coordinates in pixels of a narrow phone's width. */
final class Svg {

    /** Width of every drawing; it is scaled to its place on the page. */
    static final int WIDTH = 360;

    private final StringBuilder text = new StringBuilder();

    /** Adds a line. */
    Svg line(double x1, double y1, double x2, double y2, String style) {
        return add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>", x1, y1, x2, y2, style);
    }

    /** Adds a bar with a text that a pointer shows. */
    Svg bar(double x, double y, double width, double height, String colour, String title) {
        return add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"1.5\" fill=\"%s\"><title>%s</title></rect>",
                x, y, Math.max(width, 0.5), height, colour, escape(title));
    }

    /** Adds a text; anchor is start, middle or end. */
    Svg text(double x, double y, String anchor, String style, String content) {
        return add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>", x, y, anchor, style,
                escape(content));
    }

    /** Adds a line through points, each with a dot; dashes is empty for a solid one. */
    Svg path(double[] x, double[] y, String colour, String dashes) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x[i], y[i]));
        }
        add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" stroke-dasharray=\"%s\"/>",
                points.toString().strip(), colour, dashes);
        for (int i = 0; i < x.length && dashes.isEmpty(); i++) {
            add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.6\" fill=\"%s\"/>", x[i], y[i], colour);
        }
        return this;
    }

    private Svg add(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }

    /** The drawing as an element. */
    String element(double height, String label) {
        return String.format(Locale.ROOT, "<svg viewBox=\"0 0 %d %.0f\" role=\"img\" aria-label=\"%s\">%n%s</svg>%n",
                WIDTH, height, escape(label), text);
    }

    /** Text for the inside of an element or attribute. */
    static String escape(String content) {
        return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
