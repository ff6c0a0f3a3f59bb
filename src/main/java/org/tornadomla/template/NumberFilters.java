package org.tornadomla.template;

import java.util.Locale;
import java.util.Map;

/** Filters of numbers. */
final class NumberFilters {

    private static final String[] PREFIXES = {"k", "M", "G", "T", "P", "E", "Z", "Y"};

    private NumberFilters() {
    }

    static void addTo(Map<String, Filters.Filter> all) {
        all.put("abs", (run, value, args) -> {
            args.plain("abs", 0, 0);
            return absolute(value);
        });
        all.put("int", NumberFilters::integer);
        all.put("float", (run, value, args) -> {
            Object otherwise = Filters.or(args.bind("float", 0, "default")[0], 0.0);
            try {
                return real(value);
            } catch (PyError e) {
                return swallowed(e, otherwise);
            }
        });
        all.put("round", NumberFilters::round);
        all.put("filesizeformat", NumberFilters::fileSize);
    }

    private static Object swallowed(PyError error, Object otherwise) {
        if (error.is(PyError.Kind.TYPE, PyError.Kind.VALUE)) {
            return otherwise;
        }
        throw error;
    }

    private static Object absolute(Object value) {
        if (value instanceof Double number) {
            return Math.abs(number);
        }
        if (!Numbers.isInteger(value)) {
            throw value instanceof Undefined
                    ? PyError.type("bad operand type for abs(): 'Undefined'")
                    : PyError.type("bad operand type for abs(): '" + Types.name(value) + "'");
        }
        return Numbers.normal(Numbers.big(value).abs());
    }

    private static double real(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        String text = Types.text(value);
        if (text == null && !Numbers.isNumber(value)) {
            throw PyError.type("float() argument must be a string or a real number, not '" + Types.name(value) + "'");
        }
        return text != null ? NumberText.real(text) : Numbers.real(value);
    }

    private static Object integer(Run run, Object value, Args args) {
        Object[] given = args.bind("int", 0, "default", "base");
        Object otherwise = Filters.or(given[0], 0L);
        try {
            String text = Types.text(value);
            if (text != null) {
                return NumberText.integer(text, Numbers.index(Filters.or(given[1], 10L)));
            }
            return Numbers.isInteger(value) ? Numbers.normal(Numbers.big(value)) : Numbers.truncate(real(value));
        } catch (PyError e) {
            swallowed(e, otherwise);
        }
        try {
            return Numbers.truncate(real(value));
        } catch (PyError e) {
            return e.kind() == PyError.Kind.OVERFLOW ? otherwise : swallowed(e, otherwise);
        }
    }

    private static Object round(Run run, Object value, Args args) {
        Object[] given = args.bind("round", 0, "precision", "method");
        Object precision = Filters.or(given[0], 0L);
        Object method = Filters.or(given[1], "common");
        if (!"common".equals(method) && !"ceil".equals(method) && !"floor".equals(method)) {
            throw PyError.runtime("the filter \"round\" rounds by common, ceil or floor");
        }
        if (value instanceof Undefined undefined) {
            if (method.equals("common")) {
                throw PyError.type("type Undefined doesn't define __round__ method");
            }
            throw undefined.error();
        }
        if (!Numbers.isNumber(value)) {
            throw PyError.type("the filter \"round\" needs a number, not " + Types.name(value));
        }
        if (method.equals("common")) {
            return precision == null ? Numbers.round(value, 0) : Numbers.round(value, Numbers.index(precision));
        }
        Object scale = Numbers.calculate("**", 10L, precision);
        Object scaled = Numbers.calculate("*", value, scale);
        Object whole = scaled instanceof Double real
                ? Numbers.truncate(method.equals("ceil") ? Math.ceil(real) : Math.floor(real))
                : scaled;
        return Numbers.calculate("/", whole, scale);
    }

    private static Object fileSize(Run run, Object value, Args args) {
        boolean binary = Filters.isTrue(run, args.bind("filesizeformat", 0, "binary")[0]);
        double bytes = real(value);
        double base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return "1 Byte";
        }
        if (bytes < base) {
            return Texts.str(run, Numbers.truncate(bytes)) + " Bytes";
        }
        double unit = base;
        int prefix = -1;
        do {
            unit *= base;
            prefix++;
        } while (bytes >= unit && prefix < PREFIXES.length - 1);
        String letters = binary ? PREFIXES[prefix].toUpperCase(Locale.ROOT) + "iB" : PREFIXES[prefix] + "B";
        return RealText.of(base * bytes / unit, "f", 1) + " " + letters;
    }
}
