package org.tornadomla.bundled.opencl.source;

import java.util.List;
import java.util.Set;

/** Calls of {@code Math}, {@code TornadoMath} and the static methods of the number classes. */
final class MathCalls {

    private static final String TORNADO_MATH = "uk.ac.manchester.tornado.api.math.TornadoMath";
    private static final Set<String> OWNERS = Set.of("java.lang.Math", "java.lang.StrictMath", TORNADO_MATH,
            "java.lang.Float", "java.lang.Double", "java.lang.Integer", "java.lang.Long");
    /** Functions that OpenCL C has under the same name. */
    private static final Set<String> SAME = Set.of("exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "cbrt",
            "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "floor", "ceil",
            "rint", "fma", "pow", "atan2", "hypot");

    private final Prelude prelude;

    MathCalls(Prelude prelude) {
        this.prelude = prelude;
    }

    /** Whether calls of a function of OpenCL C with this name may be generated. */
    static boolean usesName(String name) {
        return SAME.contains(name);
    }

    static boolean knows(String owner) {
        return OWNERS.contains(owner);
    }

    /** The value of a call; null when there is no translation. */
    Expr call(String name, List<Expr> arguments) {
        Expr first = arguments.getFirst();
        CType type = first.type();
        boolean real = type.is(CType.Kind.FLOAT) || type.is(CType.Kind.DOUBLE);
        if (SAME.contains(name) && real) {
            return widenable(name, type, arguments);
        }
        Expr[] operands = arguments.toArray(Expr[]::new);
        return switch (name) {
            case "intValue", "valueOf" -> type.is(CType.Kind.INT) ? first : null;
            case "min", "max" -> extreme(name, type, real, operands);
            case "sum" -> real ? Arithmetic.infix(type, first, "+", arguments.get(1)) : null;
            case "abs" -> absolute(first, real);
            case "clamp" -> clamp(arguments, real);
            case "signum" -> type.is(CType.Kind.FLOAT) ? Expr.atom(type, prelude.call("fsignum", first), first) : null;
            case "isNaN" -> real ? Expr.of(CType.INT, first.operand() + " != " + first.operand(), first) : null;
            case "isInfinite" -> real ? Expr.atom(CType.INT, "isinf(" + first.code() + ")", first) : null;
            case "isFinite" -> real ? Expr.atom(CType.INT, "isfinite(" + first.code() + ")", first) : null;
            case "bitCount" -> Expr.of(CType.INT, "(int)popcount(" + first.code() + ")", first);
            case "numberOfLeadingZeros" -> Expr.of(CType.INT, "(int)clz(" + first.code() + ")", first);
            default -> bits(name, first);
        };
    }

    private Expr extreme(String name, CType type, boolean real, Expr... operands) {
        String letter = type.is(CType.Kind.FLOAT) ? "f" : "d";
        return Expr.atom(type, real ? prelude.call(name + letter, operands) : builtin(name, operands), operands);
    }

    private static String builtin(String name, Expr... operands) {
        StringBuilder text = new StringBuilder(name).append('(');
        for (int i = 0; i < operands.length; i++) {
            text.append(i == 0 ? "" : ", ").append(operands[i].code());
        }
        return text.append(')').toString();
    }

    /**
     * A function of floats; of doubles that are floats too, so that rounding its result to a float can use single
     * precision.
     */
    private static Expr widenable(String name, CType type, List<Expr> arguments) {
        Expr[] operands = arguments.toArray(Expr[]::new);
        Expr value = Expr.atom(type, builtin(name, operands), operands);
        if (type.is(CType.Kind.DOUBLE) && arguments.stream().allMatch(
                argument -> argument.detail() instanceof Expr.Widened || argument.detail() instanceof Expr.Constant)) {
            Expr[] narrow = arguments.stream().map(MathCalls::narrow).toArray(Expr[]::new);
            return value.withDetail(new Expr.Widened(Expr.atom(CType.FLOAT, builtin(name, narrow), narrow)));
        }
        return value;
    }

    private static Expr narrow(Expr argument) {
        return argument.detail() instanceof Expr.Widened widened
                ? widened.narrow()
                : Expr.constant(((Expr.Constant) argument.detail()).value().floatValue());
    }

    private Expr absolute(Expr value, boolean real) {
        if (real) {
            return Expr.atom(value.type(), "fabs(" + value.code() + ")", value);
        }
        return Expr.of(value.type(), "(" + value.type().code() + ")abs(" + value.code() + ")", value);
    }

    /** Java clamps a long between two ints to an int; otherwise all have one type. */
    private Expr clamp(List<Expr> arguments, boolean real) {
        CType type = arguments.getFirst().type();
        CType result = arguments.get(1).type();
        String letter = type.is(CType.Kind.DOUBLE) ? "d" : "f";
        Expr raised = bounded(real ? "max" + letter : "max", real, type, arguments.get(0), as(type, arguments.get(1)));
        return as(result, bounded(real ? "min" + letter : "min", real, type, raised, as(type, arguments.get(2))));
    }

    private static Expr as(CType type, Expr value) {
        return value.type().equals(type) ? value : Arithmetic.cast(type, type.code(), value);
    }

    private Expr bounded(String name, boolean real, CType type, Expr a, Expr b) {
        return Expr.atom(type, real ? prelude.call(name, a, b) : builtin(name, a, b), a, b);
    }

    private Expr bits(String name, Expr value) {
        return switch (name) {
            case "floatToRawIntBits" -> Expr.atom(CType.INT, "as_int(" + value.code() + ")", value);
            case "intBitsToFloat" -> Expr.atom(CType.FLOAT, "as_float((int)" + value.operand() + ")", value);
            case "doubleToRawLongBits" -> Expr.atom(CType.LONG, "as_long(" + value.code() + ")", value);
            case "longBitsToDouble" -> Expr.atom(CType.DOUBLE, "as_double(" + value.code() + ")", value);
            case "float16ToFloat" -> Expr.atom(CType.FLOAT, prelude.call("half_value", value), value);
            case "floatToFloat16" -> Expr.atom(CType.INT, prelude.call("half_bits", value), value);
            default -> null;
        };
    }
}
