package org.tornadomla.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** What kind of value something is, and what follows from that alone. */
final class Types {

    private Types() {
    }

    /** Python's name of the type of a value. */
    static String name(Object value) {
        return switch (value) {
            case null -> "NoneType";
            case Boolean b -> "bool";
            case Long l -> "int";
            case BigInteger i -> "int";
            case Double d -> "float";
            case String s -> "str";
            case Markup m -> "Markup";
            case ListValue l -> "list";
            case TupleValue t -> "tuple";
            case DictValue d -> "dict";
            case DictView v -> v.type();
            case RangeValue r -> "range";
            case Once o -> o.type();
            case Undefined u -> "Undefined";
            case NamespaceValue n -> "Namespace";
            case MacroValue m -> "Macro";
            case LoopValue l -> "LoopContext";
            case Method m -> "builtin_function_or_method";
            case Callable c -> "function";
            default -> value.getClass().getSimpleName();
        };
    }

    /** Whether a value counts as true. */
    static boolean truth(Run run, Object value) {
        return switch (value) {
            case null -> false;
            case Boolean b -> b;
            case Long l -> l != 0;
            case Double d -> d != 0;
            case Undefined u -> false;
            default -> size(value) != 0;
        };
    }

    /** How many values or characters something has; -1 if Python has no size for it. */
    static long size(Object value) {
        return switch (value) {
            case String s -> Texts.length(s);
            case Markup m -> Texts.length(m.text());
            case ListValue l -> l.items().size();
            case TupleValue t -> t.items().size();
            case DictValue d -> d.size();
            case DictView v -> v.dict().size();
            case RangeValue r -> r.size();
            case Undefined u -> 0;
            case LoopValue l -> l.length();
            case null, default -> -1;
        };
    }

    static long length(Object value) {
        long size = size(value);
        if (size < 0) {
            throw PyError.type("object of type '" + name(value) + "' has no len()");
        }
        return size;
    }

    static boolean isIterable(Object value) {
        return value instanceof Once || value instanceof LoopValue || size(value) >= 0;
    }

    /** The values of something, one after the other; each costs a step. */
    static Iterator<Object> iterate(Run run, Object value) {
        Iterator<?> values = switch (value) {
            case String s -> Texts.characters(s);
            case Markup m -> Texts.characters(m.text());
            case ListValue l -> l.items().iterator();
            case TupleValue t -> t.items().iterator();
            case DictValue d -> d.keys().iterator();
            case DictView v -> v.iterator();
            case RangeValue r -> range(r);
            case Once once -> once;
            case Undefined u -> List.of().iterator();
            case LoopValue l -> throw PyError.unsupported("iterating over \"loop\"");
            case null, default -> throw PyError.type("'" + name(value) + "' object is not iterable");
        };
        return new Iterator<>() {

            @Override
            public boolean hasNext() {
                return values.hasNext();
            }

            @Override
            public Object next() {
                run.step();
                return values.next();
            }
        };
    }

    private static Iterator<Object> range(RangeValue range) {
        return new Iterator<>() {

            private long index;

            @Override
            public boolean hasNext() {
                return index < range.size();
            }

            @Override
            public Object next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return range.at(index++);
            }
        };
    }

    /** A new list of the values of something. */
    static List<Object> list(Run run, Object value) {
        List<Object> list = new ArrayList<>();
        iterate(run, value).forEachRemaining(list::add);
        return list;
    }

    static Callable callable(Object value) {
        return switch (value) {
            case Callable callable -> callable;
            case Undefined undefined -> throw undefined.error();
            case null, default -> throw PyError.type("'" + name(value) + "' object is not callable");
        };
    }

    /** The letters of a text; null if the value is none. */
    static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Markup markup -> markup.text();
            case null, default -> null;
        };
    }

    /** The letters of a text that a function needs. */
    static String text(Object value, String function) {
        String text = text(value);
        if (text == null) {
            throw PyError.type(function + " needs a str, not " + name(value));
        }
        return text;
    }
}
