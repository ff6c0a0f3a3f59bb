package org.tornadomla.template;

import java.util.Iterator;
import java.util.List;

/** Which values are equal, which come first, and which contain others. */
final class Comparison {

    private Comparison() {
    }

    /** {@code left == right}, or the same thing, as Python compares within lists. */
    static boolean same(Run run, Object left, Object right) {
        return left == right || equal(run, left, right);
    }

    /** {@code left == right}. */
    static boolean equal(Run run, Object left, Object right) {
        run.step();
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return !Numbers.isNan(left) && !Numbers.isNan(right) && Numbers.compare(left, right) == 0;
        }
        String text = Types.text(left);
        if (text != null) {
            run.characters(text.length());
            return text.equals(Types.text(right));
        }
        return switch (left) {
            case null -> right == null;
            case ListValue list when right instanceof ListValue other -> allSame(run, list.items(), other.items());
            case TupleValue tuple when right instanceof TupleValue other -> allSame(run, tuple.items(), other.items());
            case DictValue dict when right instanceof DictValue other -> deeper(run, () -> dict.equalTo(run, other));
            case Undefined undefined -> right instanceof Undefined;
            case RangeValue range when right instanceof RangeValue other ->
                allSame(run, Types.list(run, range), Types.list(run, other));
            case DictView view when right instanceof DictView -> throw PyError.unsupported("comparing views of dicts");
            case Method method when right instanceof Method -> throw PyError.unsupported("comparing methods");
            default -> left == right;
        };
    }

    private static boolean deeper(Run run, java.util.function.BooleanSupplier compare) {
        run.enter();
        boolean same = compare.getAsBoolean();
        run.leave();
        return same;
    }

    private static boolean allSame(Run run, List<Object> left, List<Object> right) {
        return deeper(run, () -> {
            if (left.size() != right.size()) {
                return false;
            }
            for (int i = 0; i < left.size(); i++) {
                if (!same(run, left.get(i), right.get(i))) {
                    return false;
                }
            }
            return true;
        });
    }

    /**
     * {@code left operator right} for an operator of order.
     *
     * @param operator one of {@code < <= > >=}
     */
    static boolean ordered(Run run, String operator, Object left, Object right) {
        run.step();
        if (left instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return !Numbers.isNan(left) && !Numbers.isNan(right) && holds(operator, Numbers.compare(left, right));
        }
        String text = Types.text(left);
        if (text != null && Types.text(right) != null) {
            run.characters(text.length());
            return holds(operator, Texts.compare(text, Types.text(right)));
        }
        if (left instanceof ListValue a && right instanceof ListValue b) {
            return ordered(run, operator, a.items(), b.items());
        }
        if (left instanceof TupleValue a && right instanceof TupleValue b) {
            return ordered(run, operator, a.items(), b.items());
        }
        if (left instanceof DictView && right instanceof DictView) {
            throw PyError.unsupported("comparing views of dicts");
        }
        throw PyError.type("'" + operator + "' not supported between instances of '" + Types.name(left) + "' and '"
                + Types.name(right) + "'");
    }

    private static boolean ordered(Run run, String operator, List<Object> left, List<Object> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            if (!same(run, left.get(i), right.get(i))) {
                run.enter();
                boolean result = ordered(run, operator, left.get(i), right.get(i));
                run.leave();
                return result;
            }
        }
        return holds(operator, Integer.compare(left.size(), right.size()));
    }

    private static boolean holds(String operator, int order) {
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    /** The order for sorting: negative if {@code left < right}, which is all that Python asks. */
    static int order(Run run, Object left, Object right) {
        if (Numbers.isNan(left) || Numbers.isNan(right)) {
            throw PyError.unsupported("sorting NaN");
        }
        return ordered(run, "<", left, right) ? -1 : ordered(run, "<", right, left) ? 1 : 0;
    }

    /** {@code value in container}. */
    static boolean contains(Run run, Object container, Object value) {
        String text = Types.text(container);
        if (text != null) {
            String part = Types.text(value);
            if (part == null) {
                throw PyError.type("'in <string>' requires string as left operand, not " + Types.name(value));
            }
            run.characters(text.length());
            return text.contains(part);
        }
        if (container instanceof DictValue dict) {
            return dict.get(run, value) != Env.MISSING;
        }
        if (container instanceof DictView view && view.part() == DictView.Part.KEYS) {
            return view.dict().get(run, value) != Env.MISSING;
        }
        if (container instanceof DictView view && view.part() == DictView.Part.ITEMS) {
            return value instanceof TupleValue pair && pair.items().size() == 2 && containsItem(run, view.dict(), pair);
        }
        if (container == null || !Types.isIterable(container)) {
            throw PyError.type("argument of type '" + Types.name(container) + "' is not iterable");
        }
        Iterator<Object> values = Types.iterate(run, container);
        while (values.hasNext()) {
            if (same(run, values.next(), value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean containsItem(Run run, DictValue dict, TupleValue pair) {
        Object there = dict.get(run, pair.items().get(0));
        return there != Env.MISSING && same(run, there, pair.items().get(1));
    }
}
