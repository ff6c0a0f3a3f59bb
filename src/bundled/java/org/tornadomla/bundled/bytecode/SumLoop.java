package org.tornadomla.bundled.bytecode;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * A counted loop with a straight body, {@code for (int i = ..; i < bound; i++)}, whose sums fall into parts that do not
 * depend on each other.
 *
 * @param head     place of the loop's label among the elements of the code
 * @param exit     place of the branch that leaves the loop
 * @param back     place of the jump to the label
 * @param variable slot of the loop's number
 * @param bound    what puts the bound on the stack; it does not change in the loop
 * @param parts    the statements of each part, in order; the same statement may be in several
 */
record SumLoop(int head, int exit, int back, int variable, List<CodeElement> bound, List<List<Statement>> parts) {

    /**
     * The loop that a jump closes, or null where it is none, or cannot or need not be split.
     *
     * @param elements the code of a method without exception handlers
     * @param targets  the labels that are jumped to
     * @param back     place of the jump
     * @param most     sums that a loop may have and stay whole
     */
    static SumLoop of(List<CodeElement> elements, Set<Label> targets, int back, int most, PureCalls pure) {
        if (!(elements.get(back) instanceof BranchInstruction jump) || jump.opcode() != Opcode.GOTO) {
            return null;
        }
        int head = place(elements, jump.target());
        int exit = head < 0 || head > back ? -1 : exit(elements, targets, head, back);
        if (exit < 0) {
            return null;
        }
        List<CodeElement> condition = instructions(elements, head, exit);
        List<CodeElement> body = instructions(elements, exit + 1, back);
        if (condition.size() < 2 || body.size() < 2
                || !(condition.getFirst() instanceof LoadInstruction number && number.typeKind() == TypeKind.INT)
                || !(body.getLast() instanceof IncrementInstruction step && step.slot() == number.slot()
                        && step.constant() == 1)) {
            return null;
        }
        List<Statement> statements = Statement.of(body.subList(0, body.size() - 1), pure);
        List<CodeElement> bound = condition.subList(1, condition.size());
        if (statements == null || !isInvariant(bound, number.slot(), statements, pure)) {
            return null;
        }
        List<List<Statement>> parts = new SumParts(statements, number.slot()).parts(most);
        return parts.isEmpty() ? null : new SumLoop(head, exit, back, number.slot(), bound, parts);
    }

    /** Place of the loop's only branch, which leaves it; -1 where the loop has another form. */
    private static int exit(List<CodeElement> elements, Set<Label> targets, int head, int back) {
        int exit = -1;
        for (int place = head + 1; place < back; place++) {
            CodeElement element = elements.get(place);
            boolean entered = element instanceof LabelTarget label && targets.contains(label.label());
            if (entered || element instanceof BranchInstruction && exit >= 0) {
                return -1;
            }
            if (element instanceof BranchInstruction branch) {
                int target = place(elements, branch.target());
                if (branch.opcode() != Opcode.IF_ICMPGE || target < back
                        || !instructions(elements, back + 1, target).isEmpty()) {
                    return -1;
                }
                exit = place;
            }
        }
        return exit;
    }

    private static boolean isInvariant(List<CodeElement> bound, int variable, List<Statement> statements,
            PureCalls pure) {
        Statement reading = Statement.reading(bound, pure);
        BitSet written = new BitSet();
        written.set(variable);
        statements.forEach(statement -> written.or(statement.writes()));
        return reading != null && !reading.reads().intersects(written)
                && statements.stream().noneMatch(statement -> statement.writes().get(variable));
    }

    private static int place(List<CodeElement> elements, Label label) {
        for (int place = 0; place < elements.size(); place++) {
            if (elements.get(place) instanceof LabelTarget target && target.label().equals(label)) {
                return place;
            }
        }
        return -1;
    }

    private static List<CodeElement> instructions(List<CodeElement> elements, int from, int to) {
        List<CodeElement> found = new ArrayList<>();
        for (CodeElement element : elements.subList(from, to)) {
            if (element instanceof Instruction) {
                found.add(element);
            }
        }
        return found;
    }
}
