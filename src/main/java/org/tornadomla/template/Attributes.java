package org.tornadomla.template;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code value.name} and {@code value[key]} as Jinja's sandbox finds them: nothing of Java, nothing that changes a
 * value.
 */
final class Attributes {

    private static final Set<String> TEXT = Set.of("capitalize", "casefold", "center", "count", "encode", "endswith",
            "expandtabs", "find", "format", "format_map", "index", "isalnum", "isalpha", "isascii", "isdecimal",
            "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join",
            "ljust", "lower", "lstrip", "maketrans", "partition", "removeprefix", "removesuffix", "replace", "rfind",
            "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip",
            "swapcase", "title", "translate", "upper", "zfill");
    private static final Set<String> INTEGER = Set.of("as_integer_ratio", "bit_count", "bit_length", "conjugate",
            "from_bytes", "to_bytes");
    private static final Set<String> REAL = Set.of("as_integer_ratio", "conjugate", "fromhex", "hex", "is_integer");
    private static final Set<String> LIST = Set.of("copy", "count", "index");
    private static final Set<String> TUPLE = Set.of("count", "index");
    private static final Set<String> DICT = Set.of("copy", "fromkeys", "get", "items", "keys", "values");
    private static final Set<String> VIEW = Set.of("isdisjoint", "mapping");
    private static final Set<String> MARKUP = Set.of("escape", "striptags", "unescape");
    private static final Set<String> GENERATOR = Set.of("close", "gi_code", "gi_frame", "gi_running", "gi_suspended",
            "gi_yieldfrom", "send", "throw");
    /** What would change a list or a dict; the sandbox answers as if it were not there. */
    private static final Set<
            String> LIST_CHANGES = Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");
    private static final Set<String> DICT_CHANGES = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private Attributes() {
    }

    /** {@code value.name}: the attribute, else the value under the key. */
    static Object attribute(Run run, Object value, String name) {
        Object found = find(run, value, name);
        if (found == Env.MISSING) {
            found = subscript(run, value, name);
        }
        return found == Env.MISSING ? Undefined.element(value, name) : found;
    }

    /** {@code value[key]}: the value under the key, else the attribute. */
    static Object item(Run run, Object value, Object key) {
        Object found = subscript(run, value, key);
        String name = Types.text(key);
        if (found == Env.MISSING && name != null) {
            found = find(run, value, name);
        }
        return found == Env.MISSING
                ? Undefined.element(value, key instanceof String || key instanceof Long ? key : Types.name(key))
                : found;
    }

    /** {@code value[key]} of Python; {@link Env#MISSING} where it raises an error that Jinja swallows. */
    private static Object subscript(Run run, Object value, Object key) {
        try {
            return switch (value) {
                case DictValue dict -> dict.get(run, key);
                case String text -> character(run, text, key);
                case Markup markup ->
                    character(run, markup.text(), key) instanceof String c ? new Markup(c) : Env.MISSING;
                case ListValue list -> element(list.items(), key);
                case TupleValue tuple -> element(tuple.items(), key);
                case RangeValue range -> at(range.size(), key) < 0 ? Env.MISSING : range.at(at(range.size(), key));
                case Undefined undefined -> throw undefined.error();
                case Function type when type.name().equals("dict") -> throw PyError.unsupported("a type with brackets");
                case null, default -> Env.MISSING;
            };
        } catch (PyError e) {
            if (e.is(PyError.Kind.TYPE, PyError.Kind.LOOKUP)) {
                return Env.MISSING;
            }
            throw e;
        }
    }

    private static Object character(Run run, String text, Object key) {
        run.characters(text.length());
        int index = (int) at(Texts.length(text), key);
        return index < 0 ? Env.MISSING : Texts.part(text, index, index + 1);
    }

    private static Object element(List<Object> items, Object key) {
        int index = (int) at(items.size(), key);
        return index < 0 ? Env.MISSING : items.get(index);
    }

    /** The place that an index means; -1 if there is none. */
    private static long at(long size, Object key) {
        if (!Numbers.isInteger(key)) {
            return -1;
        }
        long index = Numbers.index(key);
        long place = index < 0 ? index + size : index;
        return place < size ? Math.max(place, -1) : -1;
    }

    /** The attribute of a value; {@link Env#MISSING} if Python has none of that name. */
    static Object find(Run run, Object value, String name) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (value instanceof NamespaceValue namespace) {
            Object found = namespace.attributes().get(run, name);
            return found == Env.MISSING || !name.startsWith("_") ? found : Undefined.unsafe(value, name);
        }
        if (name.startsWith("__") && name.endsWith("__") && name.length() > 4) {
            return value instanceof DictValue ? Env.MISSING : Undefined.unsafe(value, name);
        }
        return switch (value) {
            case String text -> method(TEXT, value, name);
            case Markup markup -> method(MARKUP.contains(name) ? MARKUP : TEXT, value, name);
            case ListValue list when LIST_CHANGES.contains(name) -> Undefined.unsafe(value, name);
            case ListValue list -> method(LIST, value, name);
            case TupleValue tuple when tuple.names().contains(name) -> tuple.items().get(tuple.names().indexOf(name));
            case TupleValue tuple -> method(TUPLE, value, name);
            case DictValue dict when DICT_CHANGES.contains(name) -> Undefined.unsafe(value, name);
            case DictValue dict -> method(DICT, value, name);
            case DictView view -> method(VIEW, value, name);
            case Once once when once.type().equals("generator") -> method(GENERATOR, value, name);
            case RangeValue range -> range(range, name);
            case LoopValue loop -> loop.attribute(name);
            case MacroValue macro -> macro(macro.kind(), name);
            case Cycler cycler -> cycler.attribute(name);
            case null -> Env.MISSING;
            default -> Numbers.isNumber(value) ? number(value, name) : Env.MISSING;
        };
    }

    private static Object method(Set<String> known, Object self, String name) {
        return known.contains(name) ? new Method(self, name) : Env.MISSING;
    }

    private static Object range(RangeValue range, String name) {
        return switch (name) {
            case "start" -> range.start();
            case "stop" -> range.stop();
            case "step" -> range.step();
            default -> method(TUPLE, range, name);
        };
    }

    private static Object macro(MacroValue.Kind kind, String name) {
        return switch (name) {
            case "name" -> kind.name();
            case "arguments" -> new TupleValue(List.copyOf(kind.parameters()));
            case "caller" -> kind.takesCaller();
            case "catch_kwargs" -> kind.takesNamed();
            case "catch_varargs" -> kind.takesMore();
            case "explicit_caller" -> kind.parameters().contains("caller");
            default -> Env.MISSING;
        };
    }

    private static Object number(Object value, String name) {
        boolean isReal = value instanceof Double;
        Map<String,
                Object> parts = isReal
                        ? Map.of("real", value, "imag", 0.0)
                        : Map.of("real", Operators.plus(value), "imag", 0L, "numerator", Operators.plus(value),
                                "denominator", 1L);
        return parts.containsKey(name) ? parts.get(name) : method(isReal ? REAL : INTEGER, value, name);
    }
}
