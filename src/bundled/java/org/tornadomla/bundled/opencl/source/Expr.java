package org.tornadomla.bundled.opencl.source;

import java.util.HashSet;
import java.util.Set;

/**
 * An expression on the operand stack, not yet in a statement.
 *
 * @param type      its type
 * @param code      C text
 * @param atom      whether the text needs no parentheses as an operand
 * @param index     C text for use in a subscript, where overflow cannot happen in a correct program; null when it is
 *                      {@code code}
 * @param reads     variables that it reads
 * @param memory    whether it reads memory that stores may change
 * @param arguments which of the task's arguments it is made of, by their places, where these are parameters
 * @param detail    what else is known of it, or null
 */
record Expr(CType type, String code, boolean atom, String index, Set<Variable> reads, boolean memory,
        Set<Integer> arguments, Detail detail) {

    /** What is known of an expression beside its text. */
    sealed interface Detail {
    }

    /** A number known at compilation: Integer, Long, Float or Double. */
    record Constant(Number value) implements Detail {
    }

    /** The plain value of a variable. */
    record Read(Variable variable) implements Detail {
    }

    /** An array of known length; {@code storage} is its number of scalars, {@code length} that of its elements. */
    record Array(int length, int storage) implements Detail {
    }

    /** A comparison by {@code lcmp}, {@code fcmpl}, ...; {@code nan} is its result for unordered operands. */
    record Comparison(Expr left, Expr right, int nan) implements Detail {
    }

    /** A 64-bit float whose rounding to 32 bits is {@code narrow}. */
    record Widened(Expr narrow) implements Detail {
    }

    /** An object between {@code new} and its constructor. */
    record Uninitialised(String className, Object identity) implements Detail {
    }

    static Expr of(CType type, String code, Expr... operands) {
        Set<Variable> reads = new HashSet<>();
        Set<Integer> arguments = new HashSet<>();
        boolean memory = false;
        for (Expr operand : operands) {
            reads.addAll(operand.reads);
            arguments.addAll(operand.arguments);
            memory |= operand.memory;
        }
        return new Expr(type, code, false, null, reads, memory, arguments, null);
    }

    /** A number that is an argument of the task and a parameter of the kernel. */
    static Expr argument(CType type, String code, int place) {
        return new Expr(type, code, true, null, Set.of(), false, Set.of(place), null);
    }

    static Expr atom(CType type, String code, Expr... operands) {
        return of(type, code, operands).asAtom();
    }

    static Expr read(Variable variable) {
        if (variable.alias() != null) {
            return variable.alias();
        }
        return new Expr(variable.type(), variable.name(), true, null, Set.of(variable), false, Set.of(),
                new Read(variable));
    }

    static Expr constant(Number value) {
        return switch (value) {
            case Integer number ->
                literal(CType.INT, number == Integer.MIN_VALUE ? "(-2147483647 - 1)" : number.toString(), number);
            case Long number ->
                literal(CType.LONG, number == Long.MIN_VALUE ? "(-9223372036854775807L - 1L)" : number + "L", number);
            case Float number -> literal(CType.FLOAT, floatText(number, number + "f"), number);
            case Double number -> literal(CType.DOUBLE,
                    Double.isFinite(number) ? number.toString() : "(double)" + floatText(number.floatValue(), ""),
                    number);
            default -> throw new IllegalArgumentException("no literal of " + value.getClass());
        };
    }

    private static String floatText(float value, String finite) {
        if (Float.isNaN(value)) {
            return "NAN";
        }
        return Float.isInfinite(value) ? value > 0 ? "INFINITY" : "(-INFINITY)" : finite;
    }

    private static Expr literal(CType type, String code, Number value) {
        String text = code.startsWith("-") ? "(" + code + ")" : code;
        return new Expr(type, text, true, null, Set.of(), false, Set.of(), new Constant(value));
    }

    /** The same value under the name of a parameter. */
    Expr named(String name) {
        return new Expr(type, name, true, null, Set.of(), false, arguments, detail);
    }

    Expr asAtom() {
        return new Expr(type, code, true, index, reads, memory, arguments, detail);
    }

    Expr withIndex(String text) {
        return new Expr(type, code, atom, text, reads, memory, arguments, detail);
    }

    Expr withDetail(Detail more) {
        return new Expr(type, code, atom, index, reads, memory, arguments, more);
    }

    Expr withType(CType other) {
        return new Expr(other, code, atom, index, reads, memory, arguments, detail);
    }

    /** Marks the value as one that stores to memory may change. */
    Expr fromMemory() {
        return new Expr(type, code, atom, index, reads, true, arguments, detail);
    }

    /** The text as an operand of an operator. */
    String operand() {
        return atom ? code : "(" + code + ")";
    }

    /** The text as a subscript. */
    String subscript() {
        return index == null ? code : index;
    }

    /** The text as an operand within a subscript. */
    String subscriptOperand() {
        return atom && index == null ? code : "(" + subscript() + ")";
    }

    /** The value when it is a known 32-bit integer, else null. */
    Integer intValue() {
        return detail instanceof Constant constant && constant.value() instanceof Integer value ? value : null;
    }

    boolean isConstant() {
        return detail instanceof Constant;
    }

    /** Whether it means the same wherever it stands: no variable, no memory. */
    boolean isInvariant() {
        return reads.isEmpty() && !memory;
    }
}
