package org.tornadomla.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's operators. */
final class Operators {

    /** An operator of two values. */
    interface Operation {
        Object apply(Run run, Object left, Object right);
    }

    private static final Map<String,
            Operation> ALL = Map.ofEntries(Map.entry("==", (run, a, b) -> Comparison.equal(run, a, b)),
                    Map.entry("!=", (run, a, b) -> !Comparison.equal(run, a, b)),
                    Map.entry("<", (run, a, b) -> Comparison.ordered(run, "<", a, b)),
                    Map.entry("<=", (run, a, b) -> Comparison.ordered(run, "<=", a, b)),
                    Map.entry(">", (run, a, b) -> Comparison.ordered(run, ">", a, b)),
                    Map.entry(">=", (run, a, b) -> Comparison.ordered(run, ">=", a, b)),
                    Map.entry("in", (run, a, b) -> Comparison.contains(run, b, a)),
                    Map.entry("not in", (run, a, b) -> !Comparison.contains(run, b, a)), Map.entry("+", Operators::add),
                    Map.entry("*", Operators::multiply), Map.entry("%", Operators::modulo),
                    Map.entry("-", arithmetic("-")), Map.entry("/", arithmetic("/")), Map.entry("//", arithmetic("//")),
                    Map.entry("**", arithmetic("**")));

    private Operators() {
    }

    static Operation of(String operator) {
        return ALL.get(operator);
    }

    private static Operation arithmetic(String operator) {
        return (run, left, right) -> arithmetic(operator, left, right);
    }

    private static Object arithmetic(String operator, Object left, Object right) {
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.calculate(operator, left, right);
        }
        if (left instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (left instanceof DictView || right instanceof DictView) {
            throw PyError.unsupported("arithmetic with views of dicts");
        }
        throw PyError.type("unsupported operand type(s) for " + operator + ": '" + Types.name(left) + "' and '"
                + Types.name(right) + "'");
    }

    /** A power whose base is computed before the template runs: the sign of the base is applied last. */
    static Object powerOfFixed(Run run, Object left, Object right) {
        boolean isNegative = Numbers.isNumber(left) && Numbers.compare(left, 0L) < 0;
        return isNegative ? negate(arithmetic("**", negate(left), right)) : arithmetic("**", left, right);
    }

    static Object add(Run run, Object left, Object right) {
        if (left instanceof String a && right instanceof String b) {
            run.characters((long) a.length() + b.length());
            return a.concat(b);
        }
        if (left instanceof Markup || right instanceof Markup) {
            return addMarkup(run, left, right);
        }
        if (left instanceof ListValue a && right instanceof ListValue b) {
            return new ListValue(joined(run, a.items(), b.items()));
        }
        if (left instanceof TupleValue a && right instanceof TupleValue b) {
            return new TupleValue(joined(run, a.items(), b.items()));
        }
        if (left instanceof String && !(right instanceof Undefined)) {
            throw PyError.type("can only concatenate str (not \"" + Types.name(right) + "\") to str");
        }
        return arithmetic("+", left, right);
    }

    /** HTML escapes the text that it is joined with. */
    private static Object addMarkup(Run run, Object left, Object right) {
        if (Types.text(left) == null || Types.text(right) == null) {
            return arithmetic("+", left, right);
        }
        String first = Markup.escape(run, left);
        String second = Markup.escape(run, right);
        run.characters((long) first.length() + second.length());
        return new Markup(first.concat(second));
    }

    private static List<Object> joined(Run run, List<Object> left, List<Object> right) {
        run.steps(left.size() + right.size());
        List<Object> joined = new ArrayList<>(left);
        joined.addAll(right);
        return joined;
    }

    private static Object multiply(Run run, Object left, Object right) {
        if (Numbers.isInteger(right) && isSequence(left)) {
            return repeat(run, left, Numbers.index(right));
        }
        if (Numbers.isInteger(left) && isSequence(right)) {
            return repeat(run, right, Numbers.index(left));
        }
        return arithmetic("*", left, right);
    }

    private static boolean isSequence(Object value) {
        return Types.text(value) != null || value instanceof ListValue || value instanceof TupleValue;
    }

    private static Object repeat(Run run, Object value, long times) {
        return switch (value) {
            case String text -> Texts.repeat(run, text, times);
            case Markup markup -> new Markup(Texts.repeat(run, markup.text(), times));
            case ListValue list -> new ListValue(repeat(run, list.items(), times));
            default -> new TupleValue(repeat(run, ((TupleValue) value).items(), times));
        };
    }

    private static List<Object> repeat(Run run, List<Object> items, long times) {
        List<Object> repeated = new ArrayList<>();
        if (!items.isEmpty()) {
            for (long i = 0; i < times; i++) {
                run.steps(items.size());
                repeated.addAll(items);
            }
        }
        return repeated;
    }

    private static Object modulo(Run run, Object left, Object right) {
        return switch (left) {
            case String format -> PercentFormat.format(run, format, right);
            case Markup markup -> throw PyError.unsupported("% on HTML");
            case null, default -> arithmetic("%", left, right);
        };
    }

    static Object negate(Object value) {
        return switch (value) {
            case Double number -> -number;
            case Long number -> Numbers.normal(BigInteger.valueOf(number).negate());
            case Undefined undefined -> throw undefined.error();
            case null, default -> {
                if (!Numbers.isInteger(value)) {
                    throw PyError.type("bad operand type for unary -: '" + Types.name(value) + "'");
                }
                yield Numbers.normal(Numbers.big(value).negate());
            }
        };
    }

    static Object plus(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!Numbers.isNumber(value)) {
            throw PyError.type("bad operand type for unary +: '" + Types.name(value) + "'");
        }
        return value instanceof Boolean ? Numbers.normal(Numbers.big(value)) : value;
    }
}
