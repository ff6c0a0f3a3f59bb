package org.tornadomla.kernels.rules;

import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Loops of a method, and which local variables are read again after each instruction. */
final class FlowGraph {

    /**
     * A loop as javac lays it out: from its head to its last jump back, whatever leaves it on the way included.
     *
     * @param head first instruction, where iterations begin
     * @param last last instruction that jumps back to the head
     */
    record Loop(int head, int last) {

        boolean contains(int index) {
            return head <= index && index <= last;
        }

        BitSet instructions() {
            BitSet set = new BitSet();
            set.set(head, last + 1);
            return set;
        }
    }

    private final MethodCode code;
    private final List<Loop> loops = new ArrayList<>();
    private final BitSet[] liveBefore;

    FlowGraph(MethodCode code) {
        this.code = code;
        findLoops();
        liveBefore = liveness();
    }

    private void findLoops() {
        Map<Integer, Integer> lastOfHead = new TreeMap<>();
        for (int index = 0; index < code.size(); index++) {
            for (int next : code.next(index)) {
                if (next <= index) {
                    lastOfHead.merge(next, index, Math::max);
                }
            }
        }
        lastOfHead.forEach((head, last) -> loops.add(new Loop(head, last)));
    }

    private BitSet[] liveness() {
        BitSet[] live = new BitSet[code.size()];
        for (int index = 0; index < live.length; index++) {
            live[index] = new BitSet();
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int index = live.length - 1; index >= 0; index--) {
                BitSet before = new BitSet();
                for (int next : code.next(index)) {
                    before.or(live[next]);
                }
                switch (code.at(index)) {
                    case StoreInstruction store -> before.clear(store.slot());
                    case LoadInstruction load -> before.set(load.slot());
                    case IncrementInstruction increment -> before.set(increment.slot());
                    default -> {
                    }
                }
                if (!before.equals(live[index])) {
                    live[index] = before;
                    changed = true;
                }
            }
        }
        return live;
    }

    List<Loop> loops() {
        return loops;
    }

    /** Local variables whose value before an instruction is read by it or after it. */
    BitSet liveBefore(int index) {
        return liveBefore[index];
    }

    boolean reaches(int from, int to) {
        BitSet seen = new BitSet();
        Deque<Integer> work = new ArrayDeque<>(List.of(from));
        while (!work.isEmpty()) {
            for (int next : code.next(work.remove())) {
                if (next == to) {
                    return true;
                } else if (!seen.get(next)) {
                    seen.set(next);
                    work.add(next);
                }
            }
        }
        return false;
    }
}
