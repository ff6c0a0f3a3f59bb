package org.tornadomla.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/** {@code repr(value)}: values as Python shows them within lists and the like. */
final class Repr {

    private Repr() {
    }

    static void write(Run run, Object value, StringBuilder out) {
        run.step();
        switch (value) {
            case null -> out.append("None");
            case Boolean flag -> out.append(flag ? "True" : "False");
            case Long number -> out.append(number.longValue());
            case BigInteger number -> out.append(Texts.integer(number));
            case Double number -> out.append(number(number));
            case String text -> text(run, text, out);
            case Markup markup -> {
                out.append("Markup(");
                text(run, markup.text(), out);
                out.append(')');
            }
            case ListValue list -> items(run, '[', list.items(), ']', out);
            case TupleValue tuple -> tuple(run, tuple, out);
            case DictValue dict -> dict(run, dict, out);
            case DictView view -> {
                out.append(view.type()).append('(');
                write(run, new ListValue(Types.list(run, view)), out);
                out.append(')');
            }
            case RangeValue range -> out.append("range(").append(range.start()).append(", ").append(range.stop())
                    .append(range.step() == 1 ? "" : ", " + range.step()).append(')');
            case Undefined undefined -> out.append("Undefined");
            case NamespaceValue namespace -> {
                out.append("<Namespace ");
                dict(run, namespace.attributes(), out);
                out.append('>');
            }
            case MacroValue macro when macro.kind().name() == null -> out.append("<Macro anonymous>");
            case MacroValue macro -> out.append("<Macro '").append(macro.kind().name()).append("'>");
            case LoopValue loop -> out.append(loop);
            default -> throw PyError.unsupported("printing a " + Types.name(value));
        }
    }

    private static void items(Run run, char open, List<Object> items, char close, StringBuilder out) {
        run.enter();
        out.append(open);
        for (int i = 0; i < items.size(); i++) {
            out.append(i == 0 ? "" : ", ");
            write(run, items.get(i), out);
        }
        out.append(close);
        run.leave();
    }

    private static void tuple(Run run, TupleValue tuple, StringBuilder out) {
        items(run, '(', tuple.items(), ')', out);
        if (tuple.items().size() == 1) {
            out.insert(out.length() - 1, ',');
        }
    }

    private static void dict(Run run, DictValue dict, StringBuilder out) {
        run.enter();
        out.append('{');
        boolean first = true;
        for (Object item : dict.items()) {
            List<Object> pair = ((TupleValue) item).items();
            out.append(first ? "" : ", ");
            first = false;
            write(run, pair.get(0), out);
            out.append(": ");
            write(run, pair.get(1), out);
        }
        out.append('}');
        run.leave();
    }

    private static void text(Run run, String text, StringBuilder out) {
        run.characters(text.length());
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(quote);
                    } else if (Unicode.isPrintable(c)) {
                        out.appendCodePoint(c);
                    } else {
                        out.append(String.format(Locale.ROOT,
                                c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
                    }
                }
            }
        });
        out.append(quote);
    }

    /** The shortest decimal that is read as the same number, in Python's form. */
    static String number(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        String sign = number < 0 || 1 / number < 0 ? "-" : "";
        if (number == 0) {
            return sign + "0.0";
        }
        BigDecimal shortest = shortest(Math.abs(number));
        String digits = shortest.unscaledValue().toString();
        int exponent = digits.length() - 1 - shortest.scale();
        if (exponent < -4 || exponent >= 16) {
            String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
            return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+")
                    + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        }
        String plain = shortest.toPlainString();
        return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
    }

    /** Java gives two digits also where one is enough. */
    private static BigDecimal shortest(double number) {
        BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        if (decimal.precision() == 2) {
            BigDecimal one = decimal.round(new java.math.MathContext(1, java.math.RoundingMode.HALF_EVEN))
                    .stripTrailingZeros();
            return one.doubleValue() == number ? one : decimal;
        }
        return decimal;
    }
}
