package org.tornadomla.template;

import java.util.List;
import java.util.Map;

/** {@code text.format(...)}: fields in braces, whose attributes the sandbox guards. */
final class BraceFormat {

    private final Run run;
    private final List<Object> positional;
    private final DictValue named;
    private int automatic;
    private boolean numbered;

    private BraceFormat(Run run, List<Object> positional, DictValue named) {
        this.run = run;
        this.positional = positional;
        this.named = named;
    }

    static String format(Run run, String format, Args args) {
        DictValue named = new DictValue();
        for (Map.Entry<String, Object> entry : args.named().entrySet()) {
            named.put(run, entry.getKey(), entry.getValue());
        }
        return new BraceFormat(run, args.positional(), named).expand(format, 2);
    }

    static String format(Run run, String format, DictValue named) {
        return new BraceFormat(run, List.of(), named).expand(format, 2);
    }

    private String expand(String format, int depth) {
        if (depth == 0) {
            throw PyError.value("Max string recursion exceeded");
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at);
            boolean doubled = at + 1 < format.length() && format.charAt(at + 1) == c;
            if (c != '{' && c != '}') {
                out.append(c);
                at++;
            } else if (doubled) {
                out.append(c);
                at += 2;
            } else if (c == '}') {
                throw PyError.value("Single '}' encountered in format string");
            } else {
                int end = end(format, at);
                out.append(run.text(field(format.substring(at + 1, end), depth)));
                at = end + 1;
            }
        }
        return out.toString();
    }

    /** Where the field that starts here ends. */
    private static int end(String format, int start) {
        int open = 0;
        for (int i = start; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c == '[') {
                i = format.indexOf(']', i);
                if (i < 0) {
                    break;
                }
            }
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (open == 0) {
                return i;
            }
        }
        throw PyError.value("expected '}' before end of string");
    }

    private String field(String field, int depth) {
        int colon = outside(field, ':');
        String head = colon < 0 ? field : field.substring(0, colon);
        String spec = colon < 0 ? "" : field.substring(colon + 1);
        int bang = outside(head, '!');
        String conversion = bang < 0 ? "" : head.substring(bang + 1);
        Object value = value(bang < 0 ? head : head.substring(0, bang));
        Object converted = switch (conversion) {
            case "" -> value;
            case "s" -> Texts.str(run, value);
            case "r" -> Texts.repr(run, value);
            default -> throw PyError.unsupported("the conversion !" + conversion);
        };
        if (bang >= 0 && conversion.isEmpty() || converted instanceof Markup) {
            throw PyError.unsupported("this conversion in format()");
        }
        return FormatSpec.format(run, converted,
                spec.indexOf('{') < 0 && spec.indexOf('}') < 0 ? spec : expand(spec, depth - 1));
    }

    /** Where a letter stands outside of brackets; -1 if it does not. */
    private static int outside(String text, char letter) {
        boolean inBrackets = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            inBrackets = c == '[' || inBrackets && c != ']';
            if (c == letter && !inBrackets) {
                return i;
            }
        }
        return -1;
    }

    private Object value(String path) {
        int end = 0;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
            end++;
        }
        Object value = first(path.substring(0, end));
        while (end < path.length()) {
            boolean isAttribute = path.charAt(end) == '.';
            int start = end + 1;
            int stop = isAttribute ? start : path.indexOf(']', start);
            while (isAttribute && stop < path.length() && path.charAt(stop) != '.' && path.charAt(stop) != '[') {
                stop++;
            }
            if (stop <= start) {
                throw PyError.value("Empty attribute in format string");
            }
            String name = path.substring(start, stop);
            value = isAttribute ? Attributes.attribute(run, value, name) : Attributes.item(run, value, key(name));
            end = isAttribute ? stop : stop + 1;
            if (!isAttribute && end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
                throw PyError.value("Only '.' or '[' may follow ']' in format field specifier");
            }
        }
        return value;
    }

    private static Object key(String name) {
        return name.matches("[0-9]{1,9}") ? (Object) Long.valueOf(name) : name;
    }

    private Object first(String name) {
        if (name.isEmpty() || name.matches("[0-9]{1,9}")) {
            if (name.isEmpty() ? numbered : automatic > 0) {
                throw PyError.value("cannot mix automatic and manual numbering of fields");
            }
            numbered |= !name.isEmpty();
            int index = name.isEmpty() ? automatic++ : Integer.parseInt(name);
            if (index >= positional.size()) {
                throw PyError.lookup("Replacement index " + index + " out of range for positional args tuple");
            }
            return positional.get(index);
        }
        Object value = named.get(run, name);
        if (value == Env.MISSING) {
            throw PyError.lookup("format() has no argument '" + name + "'");
        }
        return value;
    }
}
