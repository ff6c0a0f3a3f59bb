package org.tornadomla.template;

import java.util.ArrayList;
import java.util.List;

/** {@code value[start:stop:step]}. */
final class Slices {

    /** Where a slice starts and stops, in what steps it goes, and how many it takes. */
    private record Cut(long start, long stop, long step, long count) {
    }

    private Slices() {
    }

    static Object slice(Run run, Object value, Object start, Object stop, Object step) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        String text = Types.text(value);
        if (text == null && !(value instanceof ListValue) && !(value instanceof TupleValue)
                && !(value instanceof RangeValue)) {
            throw PyError.type("'" + Types.name(value) + "' object cannot be sliced");
        }
        Cut cut = cut(Types.size(value), start, stop, step);
        run.steps(cut.count >> 3);
        return switch (value) {
            case String s -> text(run, s, cut);
            case Markup m -> new Markup(text(run, m.text(), cut));
            case ListValue l -> new ListValue(items(l.items(), cut));
            case TupleValue t -> new TupleValue(items(t.items(), cut));
            default -> range((RangeValue) value, cut);
        };
    }

    private static Cut cut(long size, Object start, Object stop, Object step) {
        long by = step == null ? 1 : Numbers.index(step);
        if (by == 0) {
            throw PyError.value("slice step cannot be zero");
        }
        long low = by > 0 ? 0 : -1;
        long high = by > 0 ? size : size - 1;
        long from = start == null ? by > 0 ? low : high : bound(Numbers.index(start), size, low, high);
        long to = stop == null ? by > 0 ? high : low : bound(Numbers.index(stop), size, low, high);
        long span = by > 0 ? to - from : from - to;
        return new Cut(from, to, by, span <= 0 ? 0 : (span - 1) / Math.abs(by) + 1);
    }

    private static long bound(long given, long size, long low, long high) {
        return Math.clamp(given < 0 ? given + size : given, low, high);
    }

    private static String text(Run run, String text, Cut cut) {
        run.characters(cut.count);
        if (cut.step == 1) {
            return cut.count == 0 ? "" : Texts.part(text, (int) cut.start, (int) (cut.start + cut.count));
        }
        run.characters(text.length());
        int[] points = text.codePoints().toArray();
        StringBuilder part = new StringBuilder();
        for (long i = 0; i < cut.count; i++) {
            part.appendCodePoint(points[(int) (cut.start + i * cut.step)]);
        }
        return part.toString();
    }

    private static List<Object> items(List<Object> items, Cut cut) {
        List<Object> part = new ArrayList<>((int) cut.count);
        for (long i = 0; i < cut.count; i++) {
            part.add(items.get((int) (cut.start + i * cut.step)));
        }
        return part;
    }

    private static RangeValue range(RangeValue range, Cut cut) {
        return new RangeValue(range.start() + cut.start * range.step(), range.start() + cut.stop * range.step(),
                range.step() * cut.step);
    }
}
