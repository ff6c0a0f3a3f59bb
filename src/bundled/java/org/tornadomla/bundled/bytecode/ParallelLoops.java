package org.tornadomla.bundled.bytecode;

import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import uk.ac.manchester.tornado.api.annotations.Parallel;

/** Finds the parallel loops of a kernel, and refuses those that TornadoVM gets wrong. */
public final class ParallelLoops {

    private static final String ANNOTATION = Parallel.class.descriptorString();

    /** TornadoVM makes a dimension of the grid of each loop. */
    private static final int MOST = 3;

    private final MethodCode code;

    private ParallelLoops(MethodCode code) {
        this.code = code;
    }

    /** Whether a method has a parallel loop, of any form. */
    public static boolean any(MethodCode code) {
        return !variables(code).isEmpty();
    }

    /**
     * The parallel loops of a method, outer ones first.
     *
     * @throws Refusal if a loop counts down, has another form than {@code i < bound; i++}, changes its variable in its
     *                     body, or two loops stand side by side
     */
    public static List<ParallelLoop> of(MethodCode code) {
        List<MethodCode.AnnotatedLocal> variables = variables(code);
        List<ParallelLoop> loops = new ArrayList<>();
        for (int i = 0; i < variables.size(); i++) {
            MethodCode.AnnotatedLocal local = variables.get(i);
            if (i > 0 && local.end() > variables.get(i - 1).end()) {
                throw Refusal.at(code, local.start(),
                        "two parallel loops side by side; nest them, or make two tasks: the second one");
            }
            if (i == MOST) {
                throw Refusal.at(code, local.start(), "a fourth nested parallel loop; three are allowed: the last");
            }
            loops.add(new ParallelLoops(code).loop(local));
        }
        return loops;
    }

    private static List<MethodCode.AnnotatedLocal> variables(MethodCode code) {
        return code.annotatedLocals().stream().filter(local -> local.annotation().equals(ANNOTATION))
                .sorted(Comparator.comparingInt(MethodCode.AnnotatedLocal::start)).toList();
    }

    private ParallelLoop loop(MethodCode.AnnotatedLocal local) {
        int test = local.start();
        if (!(test > 0 && code.instructions().get(test - 1) instanceof StoreInstruction first
                && first.slot() == local.slot())) {
            throw Refusal.at(code, test, "a parallel variable without a first value");
        }
        int advance = advance(local);
        int exit = exit(local);
        Opcode comparison = code.instructions().get(exit).opcode();
        boolean inclusive = comparison == Opcode.IF_ICMPGT;
        if (comparison != Opcode.IF_ICMPGE && !inclusive) {
            throw Refusal.at(code, exit,
                    "a parallel loop that does not count up to a bound; i < bound and i <= bound work: the one");
        }
        int step = ((IncrementInstruction) code.instructions().get(advance)).constant();
        return new ParallelLoop(local.slot(), test, exit, advance, local.end(), step, inclusive);
    }

    private int advance(MethodCode.AnnotatedLocal local) {
        int found = -1;
        for (int i = local.start(); i < local.end(); i++) {
            Instruction instruction = code.instructions().get(i);
            boolean writes = instruction instanceof IncrementInstruction increment && increment.slot() == local.slot()
                    || instruction instanceof StoreInstruction store && store.slot() == local.slot();
            if (writes && found >= 0) {
                throw Refusal.at(code, i, "a parallel loop whose variable is changed in its body");
            }
            found = writes ? i : found;
        }
        if (found < 0 || !(code.instructions().get(found) instanceof IncrementInstruction increment)
                || increment.constant() < 1) {
            throw Refusal.at(code, local.start(), "a parallel loop that does not count up by a constant");
        }
        return found;
    }

    private int exit(MethodCode.AnnotatedLocal local) {
        Instruction first = code.instructions().get(local.start());
        if (!(first instanceof LoadInstruction load) || load.slot() != local.slot()
                || load.typeKind() != TypeKind.INT) {
            throw Refusal.at(code, local.start(), "a parallel loop whose condition does not begin with its variable");
        }
        for (int i = local.start(); i < local.end(); i++) {
            if (code.instructions().get(i) instanceof BranchInstruction branch
                    && code.position(branch.target()) >= local.end()) {
                return i;
            }
        }
        throw Refusal.at(code, local.start(), "a parallel loop without a condition");
    }
}
