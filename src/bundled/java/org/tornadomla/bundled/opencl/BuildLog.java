package org.tornadomla.bundled.opencl;

import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ties a compiler's log to the source. */
final class BuildLog {

    /** {@code 12:5:} as clang writes places, or {@code (12)} and {@code line 12} as others do. */
    private static final Pattern PLACE = Pattern.compile(":(\\d+):\\d+:|\\((\\d+)\\)|\\bline (\\d+)");

    private BuildLog() {
    }

    /** The lines of the source that the log names, with their numbers. */
    static String offendingLines(String log, String source) {
        String[] lines = source.split("\n", -1);
        TreeSet<Integer> numbers = new TreeSet<>();
        Matcher matcher = PLACE.matcher(log);
        while (matcher.find()) {
            for (int group = 1; group <= 3; group++) {
                if (matcher.group(group) != null && matcher.group(group).length() < 7) {
                    numbers.add(Integer.parseInt(matcher.group(group)));
                }
            }
        }
        StringBuilder text = new StringBuilder();
        numbers.stream().filter(number -> number >= 1 && number <= lines.length).limit(20)
                .forEach(number -> text.append(number).append(": ").append(lines[number - 1]).append('\n'));
        return text.toString();
    }
}
