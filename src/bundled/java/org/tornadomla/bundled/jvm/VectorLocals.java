package org.tornadomla.bundled.jvm;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which local variables of a method hold vectors while its code is copied in order, and where the just-in-time compiler
 * does not know their class.
 *
 * <p>A vector instruction takes the place of a call only where the compiler knows the class of every vector in it. It
 * knows what the vector's own operation returns, and forgets it where ways through the code meet: there the variable is
 * a {@code FloatVector} of any width, unless a profile of that very place happens to tell. Without one, vectors become
 * objects, ten times slower, and operations calls, a thousand times slower. So a variable is cast to its class before
 * its first use behind such a place, and before a loop turns. The casts cost nothing: the compiler finds that all
 * values which meet have the class, and drops them.
 *
 * <p>A variable's loads lie behind its stores, and in its scope, in what the Java compiler writes. So the last store
 * before a load, in the order of the code, tells the load's type.
 */
final class VectorLocals {

    private final List<CodeElement> elements;
    private final Set<Label> targets;
    private final Map<Integer, Integer> lanes = new HashMap<>();
    private final Set<Integer> known = new HashSet<>();
    private final Map<Label, Map<Integer, Integer>> lanesAt = new HashMap<>();
    private final Map<Label, Integer> places = new HashMap<>();
    private int produced;
    private boolean merged;

    /**
     * The locals of a method.
     *
     * @param elements       the method's code
     * @param type           its type, before it is lowered
     * @param knownArguments whether the classes of vectors that come as arguments are known: those of an inlined call
     */
    VectorLocals(List<CodeElement> elements, MethodTypeDesc type, boolean knownArguments) {
        this.elements = elements;
        this.targets = elements.stream().flatMap(VectorLocals::targets).collect(Collectors.toSet());
        int slot = 0;
        for (int index = 0; index < type.parameterCount(); index++) {
            produced(LoweredTypes.vectorLanes(type.parameterType(index)));
            store(slot);
            slot += TypeKind.from(type.parameterType(index)).slotSize();
        }
        if (!knownArguments) {
            known.clear();
        }
    }

    private static Stream<Label> targets(CodeElement element) {
        return switch (element) {
            case BranchInstruction branch -> Stream.of(branch.target());
            case TableSwitchInstruction table -> targets(table.defaultTarget(), table.cases());
            case LookupSwitchInstruction lookup -> targets(lookup.defaultTarget(), lookup.cases());
            default -> Stream.empty();
        };
    }

    private static Stream<Label> targets(Label otherwise, List<SwitchCase> cases) {
        return Stream.concat(Stream.of(otherwise), cases.stream().map(SwitchCase::target));
    }

    /** An instruction left a vector of {@code count} lanes on the stack, its class known; 0 when it left none. */
    void produced(int count) {
        produced = count;
        merged = false;
    }

    /** Whether the instruction before left a vector on the stack. */
    boolean hasProduced() {
        return produced > 0;
    }

    /** What is on the stack goes to a variable. */
    void store(int slot) {
        lanes.remove(slot);
        known.remove(slot);
        if (produced > 0) {
            lanes.put(slot, produced);
            if (!merged) {
                known.add(slot);
            }
        }
        produced = 0;
    }

    /** Lanes of the vector in a variable, 0 when it holds none. */
    int lanes(int slot) {
        return lanes.getOrDefault(slot, 0);
    }

    /** Whether a variable's vector is of a known class here; from now on it is. */
    boolean know(int slot) {
        return !known.add(slot);
    }

    /** Ways through the code meet at a label, element {@code place} of the code, if it is one to jump to. */
    void label(Label label, int place) {
        if (targets.contains(label)) {
            places.put(label, place);
            lanesAt.put(label, Map.copyOf(lanes));
            known.clear();
            merged = true;
        }
    }

    /**
     * Variables whose vectors a jump from element {@code from} carries into the next round of a loop, with their lanes;
     * none for a jump ahead. A variable that the loop writes before it reads does not carry anything.
     */
    Map<Integer, Integer> carried(Label target, int from) {
        Map<Integer, Integer> carried = new HashMap<>();
        if (places.containsKey(target)) {
            Set<Integer> accessed = new HashSet<>();
            for (CodeElement element : elements.subList(places.get(target), from)) {
                if (element instanceof StoreInstruction store) {
                    accessed.add(store.slot());
                } else if (element instanceof LoadInstruction load && accessed.add(load.slot())
                        && lanesAt.get(target).containsKey(load.slot())) {
                    carried.put(load.slot(), lanesAt.get(target).get(load.slot()));
                }
            }
        }
        return carried;
    }
}
