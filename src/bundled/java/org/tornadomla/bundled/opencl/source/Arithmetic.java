package org.tornadomla.bundled.opencl.source;

import static org.tornadomla.bundled.opencl.source.CType.DOUBLE;
import static org.tornadomla.bundled.opencl.source.CType.FLOAT;
import static org.tornadomla.bundled.opencl.source.CType.INT;
import static org.tornadomla.bundled.opencl.source.CType.LONG;

import java.lang.classfile.Opcode;

/** Java's arithmetic as OpenCL C: integers wrap, shifts are masked, conversions saturate, and nothing traps. */
final class Arithmetic {

    private final Prelude prelude;

    Arithmetic(Prelude prelude) {
        this.prelude = prelude;
    }

    /** The result of an instruction with two operands. */
    Expr binary(Opcode opcode, Expr a, Expr b) {
        if (a.intValue() != null && b.intValue() != null) {
            Integer folded = fold(opcode, a.intValue(), b.intValue());
            if (folded != null) {
                return Expr.constant(folded);
            }
        }
        Expr value = opcode.name().startsWith("I") ? ofInts(opcode, a, b) : ofLongs(opcode, a, b);
        return value == null ? ofReals(opcode, a, b) : value;
    }

    private Expr ofInts(Opcode opcode, Expr a, Expr b) {
        return switch (opcode) {
            case IADD -> wrapping("iadd", INT, "+", a, b);
            case ISUB -> wrapping("isub", INT, "-", a, b);
            case IMUL -> wrapping("imul", INT, "*", a, b);
            case IDIV -> division("idiv", INT, "/", a, b);
            case IREM -> division("irem", INT, "%", a, b);
            case ISHL -> infix(INT, a, "<<", b);
            case ISHR -> infix(INT, a, ">>", b);
            case IUSHR -> Expr.atom(INT, prelude.call("iushr", a, operandOf(b)), a, b);
            case IAND -> infix(INT, a, "&", b);
            case IOR -> infix(INT, a, "|", b);
            case IXOR -> infix(INT, a, "^", b);
            default -> null;
        };
    }

    private Expr ofLongs(Opcode opcode, Expr a, Expr b) {
        return switch (opcode) {
            case LADD -> wrapping("ladd", LONG, "+", a, b);
            case LSUB -> wrapping("lsub", LONG, "-", a, b);
            case LMUL -> wrapping("lmul", LONG, "*", a, b);
            case LDIV -> division("ldiv", LONG, "/", a, b);
            case LREM -> division("lrem", LONG, "%", a, b);
            case LSHL -> infix(LONG, a, "<<", b);
            case LSHR -> infix(LONG, a, ">>", b);
            case LUSHR -> Expr.atom(LONG, prelude.call("lushr", a, operandOf(b)), a, b);
            case LAND -> infix(LONG, a, "&", b);
            case LOR -> infix(LONG, a, "|", b);
            case LXOR -> infix(LONG, a, "^", b);
            default -> null;
        };
    }

    private static Expr ofReals(Opcode opcode, Expr a, Expr b) {
        return switch (opcode) {
            case FADD -> infix(FLOAT, a, "+", b);
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

    /** The number whose bfloat16 a value is: the value's lower 16 bits as the upper ones of a float. */
    static Expr widened(Expr a) {
        return Expr.atom(FLOAT, "as_float(" + a.operand() + " << 16)", a);
    }

    private Expr wrapping(String function, CType type, String operator, Expr a, Expr b) {
        Expr value = Expr.atom(type, prelude.call(function, a, b), a, b);
        if (!type.equals(INT)) {
            return value;
        }
        return value.withIndex(a.subscriptOperand() + " " + operator + " " + b.subscriptOperand());
    }

    private Expr division(String function, CType type, String operator, Expr a, Expr b) {
        boolean safe = b.detail() instanceof Expr.Constant constant && constant.value().longValue() != 0
                && constant.value().longValue() != -1;
        return safe ? infix(type, a, operator, b) : Expr.atom(type, prelude.call(function, a, b), a, b);
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
            case I2F -> cast(FLOAT, "float", a);
            case L2F, D2F -> d2f(a);
            case I2D, L2D -> cast(DOUBLE, "double", a);
            case F2D -> cast(DOUBLE, "double", a).withDetail(new Expr.Widened(a));
            case L2I -> cast(INT, "int", a);
            case F2I -> Expr.atom(INT, prelude.call("f2i", a), a);
            case F2L -> Expr.atom(LONG, prelude.call("f2l", a), a);
            case D2I -> Expr.atom(INT, prelude.call("d2i", a), a);
            case D2L -> Expr.atom(LONG, prelude.call("d2l", a), a);
            case I2B -> narrowed("char", a);
            case I2S -> narrowed("short", a);
            case I2C -> narrowed("ushort", a);
            default -> null;
        };
    }

    /** {@code (float) Math.f((double) x)} of a float is {@code f(x)} in single precision: it needs no 64-bit floats. */
    private static Expr d2f(Expr a) {
        return a.detail() instanceof Expr.Widened widened ? widened.narrow() : cast(FLOAT, "float", a);
    }

    /** A value as another type, by the rules of C. */
    static Expr cast(CType type, String name, Expr a) {
        return Expr.of(type, "(" + name + ")" + a.operand(), a);
    }

    private static Expr narrowed(String name, Expr a) {
        return Expr.of(INT, "(int)(" + name + ")" + a.operand(), a);
    }
}
