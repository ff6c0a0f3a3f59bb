package org.tornadomla.kernels.rules;

import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayList;
import java.util.List;
import org.tornadomla.kernels.rules.MethodCode.ParallelLoop;

/** Rules on loops with {@code @Parallel}. */
final class ParallelRules {

    private static final int MOST_DIMENSIONS = 3;

    private final MethodCode code;
    private final Frame[] frames;
    private final List<Violation> violations = new ArrayList<>();

    private ParallelRules(MethodCode code, Frame[] frames) {
        this.code = code;
        this.frames = frames;
    }

    static List<Violation> check(MethodCode code, Frame[] frames) {
        ParallelRules rules = new ParallelRules(code, frames);
        List<ParallelLoop> loops = code.parallelLoops();
        for (ParallelLoop loop : loops) {
            rules.checkBound(loop);
            rules.checkDirection(loop);
            rules.checkNeighbours(loop);
        }
        boolean context = code.type().parameterList().stream()
                .anyMatch(parameter -> parameter.displayName().equals("KernelContext"));
        if (context && !loops.isEmpty()) {
            rules.violations.add(code.violation(Rule.PARALLEL_WITH_CONTEXT, loops.getFirst().start(),
                    "@Parallel in a kernel with a KernelContext"));
        }
        return rules.violations;
    }

    private void checkBound(ParallelLoop loop) {
        for (int index = loop.start(); index < loop.end(); index++) {
            if (code.at(index) instanceof BranchInstruction branch && branch.opcode().name().startsWith("IF_ICMP")) {
                if (frames[index].peek(0).is(Value.Kind.PARAMETER) || frames[index].peek(1).is(Value.Kind.PARAMETER)) {
                    violations
                            .add(code.violation(Rule.PARALLEL_BOUND_PARAMETER, index, "the bound is a bare parameter"));
                }
                return;
            }
        }
    }

    private void checkDirection(ParallelLoop loop) {
        for (int index = loop.start(); index < loop.end(); index++) {
            boolean down = switch (code.at(index)) {
                case IncrementInstruction increment -> increment.slot() == loop.slot() && increment.constant() < 0;
                case StoreInstruction store ->
                    store.slot() == loop.slot() && code.at(index - 1) instanceof OperatorInstruction operator
                            && operator.opcode().name().equals("ISUB");
                default -> false;
            };
            if (down) {
                violations.add(code.violation(Rule.PARALLEL_DOWNWARDS, index, "the loop counts down"));
            }
        }
    }

    private void checkNeighbours(ParallelLoop loop) {
        int depth = 1;
        for (ParallelLoop other : code.parallelLoops()) {
            if (other.encloses(loop)) {
                depth++;
            } else if (!loop.encloses(other) && other.start() < loop.start()) {
                violations.add(
                        code.violation(Rule.PARALLEL_SIBLINGS, loop.start(), "a second loop after a parallel one"));
            }
        }
        if (depth > MOST_DIMENSIONS) {
            violations
                    .add(code.violation(Rule.PARALLEL_TOO_DEEP, loop.start(), depth + " parallel loops in each other"));
        }
    }
}
