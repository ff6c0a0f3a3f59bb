package org.tornadomla.template;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code format(value, spec)}: width, precision and the like. */
final class FormatSpec {

    private static final Pattern FORM = Pattern.compile(
            "(?:(?<fill>.)(?=[<>=^]))?(?<align>[<>=^])?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>\\d{1,9})?(?<group>[,_])?(?:\\.(?<precision>\\d{1,9}))?(?<type>[a-zA-Z%])?",
            Pattern.DOTALL);

    private final Run run;
    private final String fill;
    private final String align;
    private final String sign;
    private final boolean alternate;
    private final int width;
    private final String group;
    private final int precision;
    private final String type;

    private FormatSpec(Run run, Matcher form) {
        boolean zero = form.group("zero") != null && form.group("align") == null;
        this.run = run;
        this.fill = form.group("fill") != null ? form.group("fill") : form.group("zero") != null ? "0" : " ";
        this.align = form.group("align") != null ? form.group("align") : zero ? "=" : "";
        this.sign = form.group("sign") == null ? "" : form.group("sign");
        this.alternate = form.group("alternate") != null;
        this.width = form.group("width") == null ? 0 : Integer.parseInt(form.group("width"));
        this.group = form.group("group") == null ? "" : form.group("group");
        this.precision = form.group("precision") == null ? -1 : Integer.parseInt(form.group("precision"));
        this.type = form.group("type") == null ? "" : form.group("type");
        if (precision > 400) {
            throw PyError.limit("a number is formatted with more than 400 digits");
        }
    }

    static String format(Run run, Object value, String spec) {
        if (spec.isEmpty()) {
            return Texts.str(run, value);
        }
        Matcher form = FORM.matcher(spec);
        if (!form.matches()) {
            throw PyError.value("invalid format specifier '" + spec + "'");
        }
        FormatSpec format = new FormatSpec(run, form);
        return switch (value) {
            case String text -> format.text(text);
            case Double number -> format.real(number);
            case null, default -> {
                if (!Numbers.isInteger(value)) {
                    throw PyError.type("unsupported format string passed to " + Types.name(value) + ".__format__");
                }
                yield format.integer(Numbers.big(value));
            }
        };
    }

    private PyError unknownType(String of) {
        return PyError.value("unknown or invalid format code '" + type + "' for object of type '" + of + "'");
    }

    private String text(String text) {
        if (!type.isEmpty() && !type.equals("s") || !sign.isEmpty() || alternate || !group.isEmpty()
                || align.equals("=") && !fill.equals("0")) {
            throw unknownType("str");
        }
        String cut = precision >= 0 && precision < Texts.length(text) ? Texts.part(text, 0, precision) : text;
        return aligned("", cut, align.isEmpty() || align.equals("=") ? "<" : align);
    }

    private String integer(BigInteger number) {
        if (!type.isEmpty() && "eEfFgG%".contains(type)) {
            return real(Numbers.real(Numbers.normal(number)));
        }
        if (precision >= 0) {
            throw PyError.value("precision not allowed in integer format specifier");
        }
        String digits = switch (type) {
            case "", "d" -> Texts.integer(Numbers.normal(number.abs()));
            case "x", "X", "o", "b" -> number.abs().toString(radix());
            default -> throw type.equals("c") || type.equals("n")
                    ? PyError.unsupported("the format code " + type)
                    : unknownType("int");
        };
        String prefix = alternate && radix() != 10 ? "0" + type : "";
        String letters = type.equals("X") ? digits.toUpperCase(java.util.Locale.ROOT) : digits;
        return number(number.signum() < 0, prefix, grouped(letters, radix() == 10 ? 3 : 4));
    }

    private int radix() {
        return switch (type) {
            case "x", "X" -> 16;
            case "o" -> 8;
            case "b" -> 2;
            default -> 10;
        };
    }

    private String real(double number) {
        if (alternate || type.equals("n")) {
            throw PyError.unsupported("this format of a number");
        }
        if (!type.isEmpty() && !"eEfFgG%".contains(type)) {
            throw unknownType("float");
        }
        String digits = RealText.of(Math.abs(number), type, precision);
        int point = digits.indexOf('.') >= 0 ? digits.indexOf('.') : digits.length();
        boolean plain = digits.chars().limit(point).allMatch(c -> c >= '0' && c <= '9');
        String letters = plain ? grouped(digits.substring(0, point), 3) + digits.substring(point) : digits;
        return number(number < 0 || 1 / number < 0, "", letters);
    }

    private String grouped(String digits, int size) {
        if (group.isEmpty()) {
            return digits;
        }
        if (size == 4 && group.equals(",")) {
            throw PyError.value("Cannot specify ',' with '" + type + "'.");
        }
        if (align.equals("=") && width > 0) {
            throw PyError.unsupported("zeros in front of groups of digits");
        }
        StringBuilder grouped = new StringBuilder(digits);
        for (int i = digits.length() - size; i > 0; i -= size) {
            grouped.insert(i, group);
        }
        return grouped.toString();
    }

    private String number(boolean negative, String prefix, String digits) {
        String front = negative ? "-" : sign.equals("-") ? "" : sign;
        return aligned(front + prefix, digits, align.isEmpty() ? ">" : align);
    }

    private String aligned(String front, String body, String how) {
        long missing = (long) width - Texts.length(front) - Texts.length(body);
        if (missing <= 0) {
            return front + body;
        }
        long left = switch (how) {
            case "<" -> 0;
            case "^" -> missing / 2;
            default -> missing;
        };
        String before = Texts.repeat(run, fill, left);
        String behind = Texts.repeat(run, fill, missing - left);
        return how.equals("=") ? front + before + body : before + front + body + behind;
    }
}
