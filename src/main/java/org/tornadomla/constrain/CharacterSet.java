package org.tornadomla.constrain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A set of characters as ranges, apart from each other and ascending.
 *
 * @param ranges first and last character of each
 */
record CharacterSet(List<int[]> ranges) {

    private static final int LAST = 0x10FFFF;

    static final CharacterSet DIGITS = of('0', '9');
    static final CharacterSet WORD = of('0', '9').and(of('A', 'Z')).and(of('_', '_')).and(of('a', 'z'));
    static final CharacterSet SPACE = of('\t', '\r').and(of(' ', ' ')).and(of(0xA0, 0xA0)).and(of(0x1680, 0x1680))
            .and(of(0x2000, 0x200A)).and(of(0x2028, 0x2029)).and(of(0x202F, 0x202F)).and(of(0x205F, 0x205F))
            .and(of(0x3000, 0x3000)).and(of(0xFEFF, 0xFEFF));
    /** What a point means: no end of a line. */
    static final CharacterSet POINT = of('\n', '\n').and(of('\r', '\r')).and(of(0x2028, 0x2029)).not();
    static final CharacterSet ALL = of(0, LAST);

    static CharacterSet of(int first, int last) {
        return new CharacterSet(List.of(new int[]{first, last}));
    }

    CharacterSet and(CharacterSet other) {
        List<int[]> all = new ArrayList<>(ranges);
        all.addAll(other.ranges);
        all.sort(Comparator.comparingInt(range -> range[0]));
        List<int[]> merged = new ArrayList<>();
        for (int[] range : all) {
            int[] last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && range[0] <= last[1] + 1) {
                merged.set(merged.size() - 1, new int[]{last[0], Math.max(last[1], range[1])});
            } else {
                merged.add(range);
            }
        }
        return new CharacterSet(merged);
    }

    CharacterSet not() {
        List<int[]> rest = new ArrayList<>();
        int from = 0;
        for (int[] range : ranges) {
            if (range[0] > from) {
                rest.add(new int[]{from, range[0] - 1});
            }
            from = range[1] + 1;
        }
        if (from <= LAST) {
            rest.add(new int[]{from, LAST});
        }
        return new CharacterSet(rest);
    }

    boolean contains(int character) {
        return ranges.stream().anyMatch(range -> character >= range[0] && character <= range[1]);
    }

    /** Lets each character lead on, in the one way in which a JSON string spells it here. */
    void spell(Network network, int from, int to) {
        for (int[] range : ranges) {
            Utf8.range(network, from, Math.max(range[0], ' '), Math.min(range[1], '"' - 1), to);
            Utf8.range(network, from, Math.max(range[0], '"' + 1), Math.min(range[1], '\\' - 1), to);
            Utf8.range(network, from, Math.max(range[0], '\\' + 1), range[1], to);
        }
        for (int escaped : new int[]{'"', '\\'}) {
            if (contains(escaped)) {
                network.text(from, "\\" + (char) escaped, to);
            }
        }
        for (int control = 0; control < ' '; control++) {
            if (contains(control)) {
                int brief = "\b\t\n\f\r".indexOf(control);
                network.text(from,
                        brief >= 0 ? "\\" + "btnfr".charAt(brief) : String.format(Locale.ROOT, "\\u%04x", control), to);
            }
        }
    }
}
