package org.tornadomla.bundled.opencl.source;

import java.lang.classfile.Opcode;
import java.util.Locale;

/** Comparisons: what {@code if} instructions test, with Java's answers for NaN. */
final class Conditions {

    /**
     * The test of a conditional jump.
     *
     * @param condition whether it jumps
     * @param opcode    the comparison of integers that it is, null when it compares others
     * @param known     the outcome, when it is known
     */
    record Test(Block.Condition condition, Opcode opcode, Expr left, Expr right, Boolean known) {
    }

    /** Takes the operands of a conditional jump from the stack; null when it compares references. */
    Test test(Opcode opcode, BlockTranslator translator) {
        switch (opcode) {
            case IFEQ, IFNE, IFLT, IFGE, IFGT, IFLE -> {
                Expr left = translator.pop();
                if (left.detail() instanceof Expr.Comparison comparison) {
                    return compared(opcode, comparison);
                }
                return integers(Opcode.valueOf(opcode.name().replace("IF", "IF_ICMP")), left, Expr.constant(0));
            }
            case IF_ICMPEQ, IF_ICMPNE, IF_ICMPLT, IF_ICMPGE, IF_ICMPGT, IF_ICMPLE -> {
                Expr right = translator.value();
                return integers(opcode, translator.value(), right);
            }
            default -> {
                return null;
            }
        }
    }

    private static Test integers(Opcode opcode, Expr left, Expr right) {
        String operator = operator(opcode.name().substring("IF_ICMP".length()));
        Block.Condition condition = new Block.Condition(left.operand() + " " + operator + " " + right.operand(),
                left.operand() + " " + opposite(operator) + " " + right.operand());
        Boolean known = left.intValue() == null || right.intValue() == null
                ? null
                : holds(operator, Integer.compare(left.intValue(), right.intValue()));
        return new Test(condition, opcode, left, right, known);
    }

    private static Test compared(Opcode opcode, Expr.Comparison comparison) {
        Expr left = comparison.left();
        Expr right = comparison.right();
        String operator = operator(opcode.name().substring("IF".length()));
        String direct = left.operand() + " " + operator + " " + right.operand();
        String inverse = left.operand() + " " + opposite(operator) + " " + right.operand();
        boolean ordered = left.type().is(CType.Kind.LONG) || operator.equals("==") || operator.equals("!=");
        Block.Condition condition;
        if (ordered) {
            condition = new Block.Condition(direct, inverse);
        } else if (holds(operator, comparison.nan())) {
            condition = new Block.Condition("!(" + inverse + ")", inverse);
        } else {
            condition = new Block.Condition(direct, "!(" + direct + ")");
        }
        return new Test(condition, null, left, right, null);
    }

    private static boolean holds(String operator, int sign) {
        return switch (operator) {
            case "==" -> sign == 0;
            case "!=" -> sign != 0;
            case "<" -> sign < 0;
            case ">=" -> sign >= 0;
            case ">" -> sign > 0;
            default -> sign <= 0;
        };
    }

    private static String operator(String suffix) {
        return switch (suffix) {
            case "EQ" -> "==";
            case "NE" -> "!=";
            case "LT" -> "<";
            case "GE" -> ">=";
            case "GT" -> ">";
            default -> "<=";
        };
    }

    private static String opposite(String operator) {
        return switch (operator) {
            case "==" -> "!=";
            case "!=" -> "==";
            case "<" -> ">=";
            case ">=" -> "<";
            case ">" -> "<=";
            default -> ">";
        };
    }

    /** The result of a comparison instruction as a number. */
    Expr value(Expr.Comparison comparison) {
        Expr left = comparison.left();
        Expr right = comparison.right();
        String first = comparison.nan() < 0 ? ">" : "<";
        String code = String.format(Locale.ROOT, "%1$s %3$s %2$s ? %4$d : %1$s == %2$s ? 0 : %5$d", left.operand(),
                right.operand(), first, -comparison.nan(), comparison.nan());
        return Expr.of(CType.INT, code, left, right);
    }
}
