package org.tornadomla.template;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code format % values}. */
final class PercentFormat {

    private static final Pattern FIELD = Pattern.compile(
            "%(?:\\((?<key>[^()]*)\\))?(?<flags>[-+ #0]*)(?<width>\\*|\\d{1,6})?(?:\\.(?<precision>\\*|\\d{0,3}))?[hlL]?(?<type>.)?",
            Pattern.DOTALL);

    private final Run run;
    private final Object values;
    private final List<Object> queue;
    private final boolean isMapping;
    private int next;

    private PercentFormat(Run run, Object values) {
        this.run = run;
        this.values = values;
        this.queue = values instanceof TupleValue tuple ? tuple.items() : Collections.singletonList(values);
        this.isMapping = values instanceof DictValue || values instanceof ListValue || values instanceof Undefined
                || values instanceof RangeValue;
    }

    static String format(Run run, String format, Object values) {
        return new PercentFormat(run, values).expand(format);
    }

    private String expand(String format) {
        StringBuilder out = new StringBuilder();
        Matcher field = FIELD.matcher(format);
        int at = 0;
        while (field.find(at)) {
            out.append(format, at, field.start());
            out.append(run.text(field(field)));
            at = field.end();
        }
        out.append(format, at, format.length());
        run.characters(out.length());
        if (next < queue.size() && !isMapping) {
            throw PyError.type("not all arguments converted during string formatting");
        }
        return out.toString();
    }

    private Object take() {
        if (next >= queue.size()) {
            throw PyError.type("not enough arguments for format string");
        }
        return queue.get(next++);
    }

    private String field(Matcher field) {
        String type = field.group("type");
        if (type == null) {
            throw PyError.value("incomplete format");
        }
        String flags = field.group("flags");
        int width = number(field.group("width"), 0);
        int precision = field.group("precision") == null ? -1 : number(field.group("precision"), 0);
        if (type.equals("%")) {
            return "%";
        }
        if (width < 0) {
            flags += "-";
            width = -width;
        }
        Object value = field.group("key") == null ? take() : keyed(field.group("key"));
        return switch (type) {
            case "s" -> filled(flags.replace("0", ""), width, "", cut(Texts.str(run, value), precision));
            case "r" -> filled(flags.replace("0", ""), width, "", cut(Texts.repr(run, value), precision));
            case "d", "i", "u" -> integer(flags, width, precision, value);
            case "x", "X", "o" -> based(flags, width, precision, type, value);
            case "e", "E", "f", "F", "g", "G" -> real(flags, width, type, precision, value);
            case "c" -> filled(flags.replace("0", ""), width, "", character(value));
            default -> throw type.equals("a")
                    ? PyError.unsupported("the format %a")
                    : PyError.value("unsupported format character '" + type + "'");
        };
    }

    private int number(String given, int otherwise) {
        if (given == null || given.isEmpty()) {
            return otherwise;
        }
        return given.equals("*") ? Numbers.smallIndex(take()) : Integer.parseInt(given);
    }

    private Object keyed(String key) {
        if (!(values instanceof DictValue dict)) {
            throw PyError.type("format requires a mapping");
        }
        Object value = dict.get(run, key);
        if (value == Env.MISSING) {
            throw PyError.lookup("'" + key + "'");
        }
        return value;
    }

    private static String cut(String text, int precision) {
        return precision >= 0 && precision < Texts.length(text) ? Texts.part(text, 0, precision) : text;
    }

    private static String character(Object value) {
        if (value instanceof String text && Texts.length(text) == 1) {
            return text;
        }
        long point = value instanceof String ? -1 : Numbers.index(value);
        if (point < 0 || point > Character.MAX_CODE_POINT) {
            throw PyError.type("%c requires int or char");
        }
        return Character.toString((int) point);
    }

    private String integer(String flags, int width, int precision, Object value) {
        Object whole = value instanceof Double number ? Numbers.truncate(number) : value;
        if (!Numbers.isInteger(whole)) {
            throw PyError.type("%d format: a real number is required, not " + Types.name(value));
        }
        BigInteger number = Numbers.big(whole);
        String digits = Texts.integer(Numbers.normal(number.abs()));
        return filled(flags, width, sign(flags, number.signum() < 0), padded(digits, precision));
    }

    private String based(String flags, int width, int precision, String type, Object value) {
        if (!Numbers.isInteger(value)) {
            throw PyError.type("%" + type + " format: an integer is required, not " + Types.name(value));
        }
        BigInteger number = Numbers.big(value);
        String digits = padded(number.abs().toString(type.equals("o") ? 8 : 16), precision);
        String prefix = flags.contains("#") ? "0" + type : "";
        return filled(flags, width, sign(flags, number.signum() < 0) + prefix,
                type.equals("X") ? digits.toUpperCase(Locale.ROOT) : digits);
    }

    private String padded(String digits, int precision) {
        return precision > digits.length() ? Texts.repeat(run, "0", precision - digits.length()) + digits : digits;
    }

    private String real(String flags, int width, String type, int precision, Object value) {
        if (!Numbers.isNumber(value)) {
            throw PyError.type("must be real number, not " + Types.name(value));
        }
        if (flags.contains("#")) {
            throw PyError.unsupported("the flag # for a real number");
        }
        double number = Numbers.real(value);
        String digits = RealText.of(Math.abs(number), type, Math.min(precision, 400));
        return filled(flags, width, sign(flags, number < 0 || 1 / number < 0), digits);
    }

    private static String sign(String flags, boolean negative) {
        return negative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
    }

    private String filled(String flags, int width, String front, String body) {
        long missing = (long) width - Texts.length(front) - Texts.length(body);
        if (flags.contains("-")) {
            return front + body + Texts.repeat(run, " ", missing);
        }
        return flags.contains("0")
                ? front + Texts.repeat(run, "0", missing) + body
                : Texts.repeat(run, " ", missing) + front + body;
    }
}
