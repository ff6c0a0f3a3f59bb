package org.tornadomla.kernels.rules;

import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.tornadomla.kernels.rules.FlowGraph.Loop;
import org.tornadomla.kernels.rules.Value.Kind;

/**
 * The rule on maxima and minima of vectors, which are loops over lanes. TornadoVM refuses them where it unrolls a loop
 * around them: one that has a constant number of rounds, two or more, and is small.
 *
 * <p>Numbers that a kernel is given are constants. What a helper is given need not be, so a loop of a helper that ends
 * at a parameter is taken to be none of constant length.
 */
final class VectorRules {

    /**
     * Most nodes of a loop that is unrolled, by the count of {@link MethodCode#nodes}: a loop of 175 was unrolled
     * twice. The more rounds, the smaller: of eight rounds, one of 52 was and one of 92 was not.
     */
    private static final int MOST_UNROLLED = 200;

    private final MethodCode code;
    private final Frame[] frames;
    private final boolean helper;
    private final FlowGraph graph;

    private VectorRules(MethodCode code, Frame[] frames, boolean helper) {
        this.code = code;
        this.frames = frames;
        this.helper = helper;
        this.graph = new FlowGraph(code);
    }

    /** Whether a call is a loop over lanes itself. */
    static boolean isLaneLoop(InvokeInstruction call) {
        String name = call.name().stringValue();
        return call.owner().asInternalName().endsWith("/Float16") && (name.equals("max") || name.equals("min"));
    }

    /**
     * Checks a method.
     *
     * @param hasLaneLoop whether a call is a loop over lanes, or one of a helper that has such in it
     * @param inside      nodes of the helper that is called, 0 for other calls
     */
    static List<Violation> check(MethodCode code, Frame[] frames, boolean helper,
            Predicate<InvokeInstruction> hasLaneLoop, ToIntFunction<InvokeInstruction> inside) {
        VectorRules rules = new VectorRules(code, frames, helper);
        Set<Integer> found = new TreeSet<>();
        for (Loop loop : rules.graph.loops()) {
            boolean unrolled = rules.isConstant(loop) && rules.nodes(loop, inside) <= MOST_UNROLLED;
            for (int index = loop.head(); unrolled && index <= loop.last(); index++) {
                if (code.at(index) instanceof InvokeInstruction call && hasLaneLoop.test(call)) {
                    found.add(index);
                }
            }
        }
        return found.stream().map(
                index -> code.violation(Rule.MAXIMUM_OF_VECTORS, index, "in a loop of a constant number of rounds"))
                .toList();
    }

    private int nodes(Loop loop, ToIntFunction<InvokeInstruction> inside) {
        int nodes = code.nodes(loop.head(), loop.last());
        for (int index = loop.head(); index <= loop.last(); index++) {
            if (code.at(index) instanceof InvokeInstruction call) {
                nodes += inside.applyAsInt(call);
            }
        }
        return nodes;
    }

    /** Whether a loop, as javac lays out {@code for}, counts from a constant to a constant in constant steps. */
    private boolean isConstant(Loop loop) {
        if (frames[loop.head()] == null || !(code.at(loop.head()) instanceof LoadInstruction counter)) {
            return false;
        }
        int end = loop.head();
        while (!(code.at(end) instanceof BranchInstruction)) {
            end++;
        }
        int slot = counter.slot();
        Value bound = bound(end);
        Value start = start(loop, slot);
        boolean once = bound.is(Kind.CONSTANT) && start.is(Kind.CONSTANT) && Math.abs(bound.id() - start.id()) < 2;
        return isConstant(bound) && isConstant(start) && !once && !isParallel(slot, end)
                && stepsAreConstant(loop, slot);
    }

    private boolean isConstant(Value value) {
        return helper ? value.is(Kind.CONSTANT) : value.isFixed();
    }

    /** What a loop's first jump holds its counter against. */
    private Value bound(int jump) {
        return switch (((BranchInstruction) code.at(jump)).opcode()) {
            case IF_ICMPGE, IF_ICMPGT, IF_ICMPLE, IF_ICMPLT, IF_ICMPEQ, IF_ICMPNE -> frames[jump].peek(0);
            case IFLT, IFLE, IFGT, IFGE, IFEQ, IFNE -> new Value(Kind.CONSTANT, 0);
            default -> Value.UNDEFINED;
        };
    }

    /** What a local variable holds where a loop begins. */
    private Value start(Loop loop, int slot) {
        for (int index = 0; index < code.size(); index++) {
            for (int next : code.next(index)) {
                if (next == loop.head() && !loop.contains(index) && frames[index] != null) {
                    return Interpreter.after(code, frames[index], index).locals()[slot];
                }
            }
        }
        return Value.UNDEFINED;
    }

    /** A parallel loop gets a grid: the rounds of a work-item depend on that. */
    private boolean isParallel(int slot, int index) {
        return code.parallelLoops().stream()
                .anyMatch(loop -> loop.slot() == slot && loop.start() <= index && index < loop.end());
    }

    private boolean stepsAreConstant(Loop loop, int slot) {
        boolean constant = true;
        for (int index = loop.head(); index <= loop.last(); index++) {
            if (code.at(index) instanceof StoreInstruction store && store.slot() == slot) {
                constant &= isConstantStep(index - 1);
            }
        }
        return constant;
    }

    private boolean isConstantStep(int index) {
        return code.at(index) instanceof OperatorInstruction operator && frames[index] != null
                && (operator.opcode().name().equals("IADD") || operator.opcode().name().equals("ISUB"))
                && isConstant(frames[index].peek(0));
    }
}
