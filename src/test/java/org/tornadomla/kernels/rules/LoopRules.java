package org.tornadomla.kernels.rules;

import java.lang.classfile.Instruction;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ReturnInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tornadomla.kernels.rules.FlowGraph.Loop;

/** Rules on what loops carry and how they are left. */
final class LoopRules {

    /** A way out of a loop, with what the local variables hold there. */
    private record Exit(int from, Value[] locals) {
    }

    private final MethodCode code;
    private final FlowGraph graph;
    private final List<Violation> violations = new ArrayList<>();

    private LoopRules(MethodCode code) {
        this.code = code;
        this.graph = new FlowGraph(code);
    }

    static List<Violation> check(MethodCode code, boolean helper) {
        LoopRules rules = new LoopRules(code);
        for (Loop loop : rules.graph.loops()) {
            Frame[] frames = Interpreter.oneIteration(code, loop.head(), loop.instructions());
            rules.checkExits(loop, frames);
            rules.checkCarried(loop, frames);
        }
        if (helper && !code.type().returnType().descriptorString().equals("V")) {
            rules.checkBranches();
        }
        return rules.violations;
    }

    private void checkExits(Loop loop, Frame[] frames) {
        Map<Integer, List<Exit>> exits = new TreeMap<>();
        int returns = -1;
        for (int index = loop.head(); index <= loop.last(); index++) {
            if (frames[index] == null) {
                continue;
            }
            Value[] locals = Interpreter.after(code, frames[index], index).locals();
            for (int next : code.next(index)) {
                if (!loop.contains(next)) {
                    exits.computeIfAbsent(next, any -> new ArrayList<>()).add(new Exit(index, locals));
                }
            }
            if (returnsValue(code.at(index))) {
                returns = index;
            }
        }
        if (returns >= 0 && !exits.isEmpty()) {
            violations.add(code.violation(Rule.LOOP_EXIT_VALUE, returns, "returns a value out of a loop"));
        }
        exits.forEach((target, ways) -> checkTarget(target, ways, target == loop.last() + 1, exits.size() > 1));
    }

    private static boolean returnsValue(Instruction instruction) {
        return instruction instanceof ReturnInstruction result && result.typeKind() != TypeKind.VOID;
    }

    /**
     * All ways to one place must bring the same values; a way to another place than behind the loop, unchanged ones.
     */
    private void checkTarget(int target, List<Exit> ways, boolean behind, boolean others) {
        graph.liveBefore(target).stream().forEach(slot -> {
            Value expected = behind || !others ? ways.getFirst().locals[slot] : new Value(Value.Kind.CARRIED, slot);
            for (Exit exit : ways) {
                if (!exit.locals[slot].equals(expected)) {
                    violations.add(code.violation(Rule.LOOP_EXIT_VALUE, exit.from,
                            "leaves a loop with another value in local variable " + slot));
                    return;
                }
            }
        });
    }

    private void checkCarried(Loop loop, Frame[] frames) {
        for (int index = loop.head(); index <= loop.last(); index++) {
            for (int next : code.next(index)) {
                if (next == loop.head() && frames[index] != null) {
                    checkCarried(index, loop, Interpreter.after(code, frames[index], index).locals());
                }
            }
        }
    }

    private void checkCarried(int index, Loop loop, Value[] locals) {
        graph.liveBefore(loop.head()).stream().forEach(slot -> {
            Value value = locals[slot];
            boolean copy = value.is(Value.Kind.CARRIED) && value.id() != slot;
            if (copy && !locals[value.id()].equals(value)) {
                violations.add(code.violation(Rule.LOOP_CARRIED_COPY, index, "local variable " + slot
                        + " takes over what local variable " + value.id() + " held, which changes too"));
            }
        });
    }

    private void checkBranches() {
        for (Loop first : graph.loops()) {
            for (Loop second : graph.loops()) {
                boolean behind = first.last() < second.head();
                if (behind && !graph.reaches(first.head(), second.head())) {
                    violations.add(code.violation(Rule.LOOPS_IN_BRANCHES, second.head(),
                            "a loop that runs instead of another one, in a helper with a result"));
                }
            }
        }
    }
}
