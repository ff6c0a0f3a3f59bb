package org.tornadomla.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What stands at the left of a chart: numbers from the lower edge to the upper one.
 *
 * @param marks  numbers that have a line
 * @param labels what is written at each
 * @param low    number of the lower edge, its logarithm on a scale of powers
 * @param high   that of the upper edge
 * @param powers whether heights are logarithms
 */
public record Axis(List<Double> marks, List<String> labels, double low, double high, boolean powers) {

    /** Most marks of an even axis. */
    private static final int MOST = 8;

    /** Powers of ten from one to another. */
    public static Axis powers(int lowest, int highest) {
        List<Double> marks = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (int power = lowest; power <= highest; power++) {
            marks.add(Math.pow(10, power));
            labels.add(power < 0 ? "0." + "0".repeat(-power - 1) + "1" : "1" + "0".repeat(power));
        }
        return new Axis(marks, labels, lowest, highest, true);
    }

    /** Even steps of 1, 2 or 5 times a power of ten around all numbers. */
    public static Axis even(double least, double most) {
        double span = Math.max(most - least, 1e-6);
        double power = Math.pow(10, Math.floor(Math.log10(span / MOST)));
        double step = power;
        for (double factor : new double[]{2, 5, 10}) {
            step = span / step > MOST ? power * factor : step;
        }
        List<Double> marks = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        long first = (long) Math.floor(least / step);
        // Where all numbers are one, that stands on the lower edge, and the upper edge is above it.
        long last = Math.max(first + 1, (long) Math.ceil(most / step));
        int digits = (int) Math.max(0, -Math.floor(Math.log10(step)));
        for (long mark = first; mark <= last; mark++) {
            marks.add(mark * step);
            labels.add(String.format(Locale.ROOT, "%." + digits + "f", mark * step));
        }
        return new Axis(marks, labels, first * step, last * step, false);
    }

    /**
     * How far above the lower edge a number stands, from 0 to 1; what is beyond an edge stands on it. On a scale of
     * powers 0 and what is below it has no place, and stands on the lower edge too.
     */
    double height(double number) {
        double at = powers ? Math.log10(Math.max(number, 0)) : number;
        return (Math.clamp(at, low, high) - low) / (high - low);
    }
}
