package org.tornadomla.benchmarks;

import java.util.List;

/**
 * Groups of horizontal bars: a group a point, a bar a device.
 *
 * @param title  of the chart
 * @param groups from top to bottom
 * @param scale  length of a value as a fraction of the longest bar, 0 to 1
 */
record BarChart(String title, List<Group> groups, Scale scale) {

    private static final int BAR = 13;
    private static final int GAP = 3;
    private static final int HEADING = 16;
    private static final int SPACE = 9;
    private static final int VALUE_WIDTH = 160;

    /**
     * Bars under a heading.
     *
     * @param heading what was measured
     * @param bars    from top to bottom
     */
    record Group(String heading, List<Bar> bars) {
    }

    /**
     * One bar.
     *
     * @param name   whose it is
     * @param value  its size
     * @param text   the value as it is written beside the bar
     * @param colour of the bar
     */
    record Bar(String name, double value, String text, String colour) {
    }

    /** From value to length. */
    @FunctionalInterface
    interface Scale {
        double length(double value);
    }

    /** Lengths in proportion to the largest value. */
    static Scale linear(List<Group> groups) {
        double largest = groups.stream().flatMap(g -> g.bars().stream()).mapToDouble(Bar::value).max().orElse(1);
        return value -> value / largest;
    }

    /** Lengths by logarithm between two values. */
    static Scale logarithmic(double least, double most) {
        return value -> Math.clamp(Math.log(value / least) / Math.log(most / least), 0, 1);
    }

    /** Draws the chart. */
    String draw() {
        Svg svg = new Svg();
        double y = SPACE;
        double longest = Svg.WIDTH - VALUE_WIDTH;
        for (Group group : groups) {
            y += HEADING;
            svg.text(0, y - 4, "start", "heading", group.heading());
            for (Bar bar : group.bars()) {
                double length = scale.length(bar.value()) * longest;
                svg.bar(0, y, length, BAR, bar.colour(), bar.name() + ": " + bar.text());
                svg.text(length + 5, y + BAR - 3, "start", "value", bar.text());
                y += BAR + GAP;
            }
            y += SPACE;
        }
        return svg.element(y, title);
    }
}
