package org.tornadomla.bundled.opencl.source;

import static org.tornadomla.bundled.opencl.source.CType.DOUBLE;
import static org.tornadomla.bundled.opencl.source.CType.FLOAT;
import static org.tornadomla.bundled.opencl.source.CType.INT;
import static org.tornadomla.bundled.opencl.source.CType.LONG;

import java.lang.classfile.Opcode;

/** Java's arithmetic as OpenCL C: integers wrap, shifts are masked, conversions saturate, and nothing traps. */
final class Arithmetic {

    private final Prelude prelude;
    private final TranslationOptions options;

    Arithmetic(Prelude prelude, TranslationOptions options) {
        this.prelude = prelude;
        this.options = options;
    }

    /** The result of an instruction with two operands. */
    Expr binary(Opcode opcode, Expr a, Expr b) {
        if (a.intValue() != null && b.intValue() != null) {
            Integer folded = fold(opcode, a.intValue(), b.intValue());
            if (folded != null) {
                return Expr.constant(folded);
            }
        }
        return switch (opcode) {
            case IADD -> wrapping("iadd", INT, "+", a, b);
            case ISUB -> wrapping("isub", INT, "-", a, b);
            case IMUL -> wrapping("imul", INT, "*", a, b);
            case LADD -> wrapping("ladd", LONG, "+", a, b);
            case LSUB -> wrapping("lsub", LONG, "-", a, b);
            case LMUL -> wrapping("lmul", LONG, "*", a, b);
            case IDIV -> division("idiv", INT, "/", a, b);
            case IREM -> division("irem", INT, "%", a, b);
            case LDIV -> division("ldiv", LONG, "/", a, b);
            case LREM -> division("lrem", LONG, "%", a, b);
            case ISHL -> shift(a, "<<", b);
            case ISHR -> shift(a, ">>", b);
            case LSHL -> infix(LONG, a, "<<", b);
            case LSHR -> infix(LONG, a, ">>", b);
            case IUSHR -> Expr.atom(INT, prelude.call("iushr", a, operandOf(b)), a, b);
            case LUSHR -> Expr.atom(LONG, prelude.call("lushr", a, operandOf(b)), a, b);
            case IAND -> infix(INT, a, "&", b);
            case IOR -> infix(INT, a, "|", b);
            case IXOR -> infix(INT, a, "^", b);
            case LAND -> infix(LONG, a, "&", b);
            case LOR -> infix(LONG, a, "|", b);
            case LXOR -> infix(LONG, a, "^", b);
            case FADD -> floatSum(a, b);
            case FSUB -> infix(FLOAT, a, "-", b);
            case FMUL -> infix(FLOAT, a, "*", b);
            case FDIV -> infix(FLOAT, a, "/", b);
            case FREM -> Expr.atom(FLOAT, "fmod(" + a.code() + ", " + b.code() + ")", a, b);
            case DADD -> infix(DOUBLE, a, "+", b);
            case DSUB -> infix(DOUBLE, a, "-", b);
            case DMUL -> infix(DOUBLE, a, "*", b);
            case DDIV -> infix(DOUBLE, a, "/", b);
            case DREM -> Expr.atom(DOUBLE, "fmod(" + a.code() + ", " + b.code() + ")", a, b);
            default -> null;
        };
    }

    private static Expr operandOf(Expr b) {
        return Expr.of(b.type(), b.code(), b);
    }

    private static Integer fold(Opcode opcode, int a, int b) {
        return switch (opcode) {
            case IADD -> a + b;
            case ISUB -> a - b;
            case IMUL -> a * b;
            case IDIV -> b == 0 ? null : Integer.valueOf(a / b);
            case IREM -> b == 0 ? null : Integer.valueOf(a % b);
            case ISHL -> a << b;
            case ISHR -> a >> b;
            case IUSHR -> a >>> b;
            case IAND -> a & b;
            case IOR -> a | b;
            case IXOR -> a ^ b;
            default -> null;
        };
    }

    /** An infix operation without more ado. */
    static Expr infix(CType type, Expr a, String operator, Expr b) {
        return Expr.of(type, a.operand() + " " + operator + " " + b.operand(), a, b);
    }

    private static Expr shift(Expr a, String operator, Expr b) {
        Expr value = infix(INT, a, operator, b);
        return a.detail() instanceof Expr.LaneWise lane && b.isConstant()
                ? value.withDetail(lane.then("(" + lane.whole() + " " + operator + " " + b.code() + ")"))
                : value;
    }

    /** The number whose bfloat16 a value is: the value's lower 16 bits as the upper ones of a float. */
    static Expr widened(Expr a) {
        Expr value = Expr.atom(FLOAT, "as_float(" + a.operand() + " << 16)", a);
        return a.detail() instanceof Expr.LaneWise lane
                ? value.withDetail(
                        lane.then("as_float" + lane.vector().type().width() + "(" + lane.whole() + " << 16)"))
                : value;
    }

    private Expr wrapping(String function, CType type, String operator, Expr a, Expr b) {
        Expr value = Expr.atom(type, prelude.call(function, a, b), a, b);
        if (type != INT) {
            return value;
        }
        Expr indexed = value.withIndex(a.subscriptOperand() + " " + operator + " " + b.subscriptOperand());
        return switch (operator) {
            case "+" -> b.intValue() != null
                    ? offset(indexed, a, b.intValue())
                    : a.intValue() != null ? offset(indexed, b, a.intValue()) : indexed;
            case "-" -> b.intValue() != null ? offset(indexed, a, -b.intValue()) : indexed;
            default -> indexed;
        };
    }

    private static Expr offset(Expr value, Expr base, int offset) {
        return value.withDetail(base.detail() instanceof Expr.Sum sum
                ? new Expr.Sum(sum.base(), sum.offset() + offset)
                : new Expr.Sum(base.subscript(), offset));
    }

    private Expr division(String function, CType type, String operator, Expr a, Expr b) {
        boolean safe = b.detail() instanceof Expr.Constant constant && constant.value().longValue() != 0
                && constant.value().longValue() != -1;
        return safe ? infix(type, a, operator, b) : Expr.atom(type, prelude.call(function, a, b), a, b);
    }

    /** A sum; when it is that of all lanes of a vector, halves of the vector are added. */
    private Expr floatSum(Expr a, Expr b) {
        Expr sum = infix(FLOAT, a, "+", b);
        Expr.Halves right = halves(b);
        if (right == null) {
            return sum;
        }
        Expr.Detail more = joined(halves(a), right);
        if (more == null && options.contract() && right.level() == 0) {
            more = appended(a, right);
        }
        int width = right.vector().type().width();
        boolean whole = more instanceof Expr.Halves all && 1 << all.level() == width
                || more instanceof Expr.LaneSum row && row.lanes() == width;
        return whole
                ? Expr.atom(FLOAT, prelude.use("lanes" + width) + "(" + right.vector().name() + ")",
                        Expr.read(right.vector()))
                : sum.withDetail(more);
    }

    private static Expr.Halves halves(Expr value) {
        return value.detail() instanceof Expr.Halves known
                ? known
                : value.detail() instanceof Expr.Read read ? read.variable().sum() : null;
    }

    private static Expr.Halves joined(Expr.Halves a, Expr.Halves b) {
        boolean fit = a != null && a.vector() == b.vector() && a.level() == b.level()
                && b.lane() == a.lane() + (a.vector().type().width() >> a.level() + 1);
        return fit ? new Expr.Halves(a.vector(), a.lane(), a.level() + 1) : null;
    }

    /** Adding the lanes one after another, which may be done in halves when results may be contracted. */
    private static Expr.LaneSum appended(Expr a, Expr.Halves next) {
        boolean starts = a.detail() instanceof Expr.Halves first && first.lane() == 0 && first.level() == 0
                && next.lane() == 1 && first.vector() == next.vector();
        boolean goesOn = a.detail() instanceof Expr.LaneSum before && before.lanes() == next.lane()
                && before.vector() == next.vector();
        return starts || goesOn ? new Expr.LaneSum(next.vector(), next.lane() + 1) : null;
    }

    /** The result of an instruction with one operand: negation or conversion. */
    Expr unary(Opcode opcode, Expr a) {
        return switch (opcode) {
            case INEG -> a.intValue() != null
                    ? Expr.constant(-a.intValue())
                    : Expr.atom(INT, prelude.call("isub", Expr.constant(0), a), a);
            case LNEG -> Expr.atom(LONG, prelude.call("lsub", Expr.constant(0L), a), a);
            case FNEG -> Expr.of(FLOAT, "-" + a.operand(), a);
            case DNEG -> Expr.of(DOUBLE, "-" + a.operand(), a);
            case I2L -> cast(LONG, "long", a);
            case I2F -> converted(a);
            case L2F, D2F -> d2f(a);
            case I2D, L2D -> cast(DOUBLE, "double", a);
            case F2D -> cast(DOUBLE, "double", a).withDetail(new Expr.Widened(a));
            case L2I -> cast(INT, "int", a);
            case F2I -> Expr.atom(INT, prelude.call("f2i", a), a);
            case F2L -> Expr.atom(LONG, prelude.call("f2l", a), a);
            case D2I -> Expr.atom(INT, prelude.call("d2i", a), a);
            case D2L -> Expr.atom(LONG, prelude.call("d2l", a), a);
            case I2B -> narrowed("char", a);
            case I2S -> a.detail() instanceof Expr.LaneWise
                    ? shift(shift(a, "<<", Expr.constant(16)), ">>", Expr.constant(16))
                    : narrowed("short", a);
            case I2C -> narrowed("ushort", a);
            default -> null;
        };
    }

    /** {@code (float) Math.f((double) x)} of a float is {@code f(x)} in single precision: it needs no 64-bit floats. */
    private static Expr d2f(Expr a) {
        return a.detail() instanceof Expr.Widened widened ? widened.narrow() : cast(FLOAT, "float", a);
    }

    private static Expr converted(Expr a) {
        Expr value = cast(FLOAT, "float", a);
        return a.detail() instanceof Expr.LaneWise lane
                ? value.withDetail(lane.then("convert_float" + lane.vector().type().width() + "(" + lane.whole() + ")"))
                : value;
    }

    private static Expr cast(CType type, String name, Expr a) {
        return Expr.of(type, "(" + name + ")" + a.operand(), a);
    }

    private static Expr narrowed(String name, Expr a) {
        return Expr.of(INT, "(int)(" + name + ")" + a.operand(), a);
    }
}
