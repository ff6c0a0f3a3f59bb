package org.tornadomla.cli;

import java.util.List;
import java.util.Locale;

/** Numbers and tables as the commands print them. */
final class Text {

    private static final String[] BYTE_UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final String[] COUNT_UNITS = {"thousand", "million", "billion", "trillion"};

    private Text() {
    }

    /** A number of bytes with three or four digits: 512 B, 1.50 KiB, 13.6 MiB, 1023 GiB. */
    static String bytes(long bytes) {
        return scaled(bytes, 1024, "B", BYTE_UNITS);
    }

    /** A large count: 999, 3.58 million, 671 billion. */
    static String count(long count) {
        return scaled(count, 1000, "", COUNT_UNITS);
    }

    /** A time with three digits: 12.3 ms, 1.23 s, 123 s. */
    static String seconds(double seconds) {
        return seconds < 1 ? digits(seconds * 1000) + " ms" : digits(seconds) + " s";
    }

    /** Columns of equal width, two spaces apart: the first to the left, the others to the right. */
    static String table(List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String padding = " ".repeat(widths[column] - row.get(column).length());
                line.append(column == 0 ? row.get(column) + padding : "  " + padding + row.get(column));
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }

    private static String scaled(long value, int step, String unit, String[] units) {
        if (Math.abs(value) < step) {
            return (value + " " + unit).strip();
        }
        double scaled = value;
        int power = -1;
        // A value that would be printed as a whole step belongs to the next unit.
        while (Math.abs(scaled) >= step - 0.5 && power < units.length - 1) {
            scaled /= step;
            power++;
        }
        return digits(scaled) + " " + units[power];
    }

    /** Three significant digits, or all digits before the point. */
    private static String digits(double value) {
        double size = Math.abs(value);
        int decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
