package org.tornadomla.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The tests of Jinja: {@code value is name}. */
final class Tests {

    /** By name. */
    static final Map<String, Filters.Filter> ALL = all();

    private Tests() {
    }

    private static Map<String, Filters.Filter> all() {
        Map<String, Filters.Filter> all = new HashMap<>();
        kinds(all);
        operators(all);
        all.put("odd", (run, value, args) -> remainder(run, value, args.plain("odd", 0, 0), 2L, 1L));
        all.put("even", (run, value, args) -> remainder(run, value, args.plain("even", 0, 0), 2L, 0L));
        all.put("divisibleby",
                (run, value, args) -> remainder(run, value, null, args.bind("divisibleby", 1, "num")[0], 0L));
        all.put("lower", (run, value, args) -> TextCase.isLower(Texts.str(run, value)));
        all.put("upper", (run, value, args) -> TextCase.isUpper(Texts.str(run, value)));
        all.put("in", (run, value, args) -> Comparison.contains(run, args.bind("in", 1, "seq")[0], value));
        all.put("sameas", (run, value, args) -> isSame(value, args.bind("sameas", 1, "other")[0]));
        all.put("filter", (run, value, args) -> known(run, value, Filters.ALL));
        all.put("test", (run, value, args) -> known(run, value, ALL));
        return Map.copyOf(all);
    }

    private static void kinds(Map<String, Filters.Filter> all) {
        is(all, "defined", value -> !(value instanceof Undefined));
        is(all, "undefined", value -> value instanceof Undefined);
        is(all, "none", value -> value == null);
        is(all, "boolean", value -> value instanceof Boolean);
        is(all, "true", value -> value == Boolean.TRUE);
        is(all, "false", value -> value == Boolean.FALSE);
        is(all, "integer", value -> Numbers.isInteger(value) && !(value instanceof Boolean));
        is(all, "float", value -> value instanceof Double);
        is(all, "number", Numbers::isNumber);
        is(all, "string", value -> Types.text(value) != null);
        is(all, "mapping", value -> value instanceof DictValue);
        is(all, "sequence",
                value -> Types.size(value) >= 0 && !(value instanceof DictView) && !(value instanceof LoopValue));
        is(all, "iterable", Types::isIterable);
        is(all, "callable", value -> value instanceof Callable || value instanceof Undefined);
        is(all, "escaped", value -> value instanceof Markup);
    }

    private static void is(Map<String, Filters.Filter> all, String name, Predicate<Object> test) {
        all.put(name, (run, value, args) -> {
            args.plain(name, 0, 0);
            return test.test(value);
        });
    }

    private static void operators(Map<String, Filters.Filter> all) {
        Map<String,
                List<String>> names = Map.of("==", List.of("==", "eq", "equalto"), "!=", List.of("!=", "ne"), ">",
                        List.of(">", "gt", "greaterthan"), ">=", List.of(">=", "ge"), "<",
                        List.of("<", "lt", "lessthan"), "<=", List.of("<=", "le"));
        names.forEach((operator, called) -> called.forEach(name -> all.put(name,
                (run, value, args) -> Operators.of(operator).apply(run, value, args.plain(name, 1, 1)[0]))));
    }

    private static Object remainder(Run run, Object value, Object[] unused, Object by, Object wanted) {
        return Comparison.equal(run, Operators.of("%").apply(run, value, by), wanted);
    }

    private static boolean isSame(Object value, Object other) {
        if (value == other || value instanceof Boolean && value.equals(other)) {
            return true;
        }
        boolean isUnsure = Types.name(value).equals(Types.name(other)) && (Numbers.isNumber(value)
                || Types.text(value) != null || value instanceof TupleValue || value instanceof Method)
                && !(value instanceof Boolean);
        if (isUnsure) {
            throw PyError.unsupported("the test \"sameas\" of two values of the type " + Types.name(value));
        }
        return false;
    }

    private static boolean known(Run run, Object value, Map<String, Filters.Filter> names) {
        DictValue.hashed(run, value);
        return value instanceof String name && names.containsKey(name);
    }

    static Object apply(Run run, String name, Object value, Args args) {
        Filters.Filter test = ALL.get(name);
        if (test == null) {
            throw PyError.runtime("there is no test \"" + name + "\"");
        }
        return test.apply(run, value, args);
    }
}
