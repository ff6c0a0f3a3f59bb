package org.tornadomla.bundled.jvm;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the vectors of a method are while its code is copied. A vector stands in local variables, a register each,
 * lowest lanes first. On the operand stack of the original it is one value; here it is none, and this class remembers
 * in its place which variables it stands in. So a vector of several registers costs no shuffling of stack values.
 *
 * <p>Registers are given as {@code int[parts]}, slots of local variables. All parts of a vector whose lanes are the
 * same may stand in one.
 */
final class VectorValues {

    private final Deque<int[]> stack = new ArrayDeque<>();
    private final Map<Integer, int[]> variables = new HashMap<>();
    private final Map<Label, List<int[]>> stacksAt = new HashMap<>();
    private final List<Integer> temporaries = new ArrayList<>();
    private final List<Integer> free = new ArrayList<>();
    private int highest;
    private int[] aim;

    /** Slots from {@code highest} on are free. */
    VectorValues(int highest) {
        this.highest = highest;
    }

    /** The first slot that the method does not use so far. */
    int highest() {
        return highest;
    }

    /** At the beginning of an instruction: where no vector waits on the stack, no temporary variable holds one. */
    void next() {
        aim = null;
        if (stack.isEmpty()) {
            free.clear();
            free.addAll(temporaries);
            Collections.reverse(free);
        }
    }

    /** The result of the instruction goes to these registers and nowhere else; null for any. */
    void aim(int[] registers) {
        aim = registers;
    }

    /**
     * Registers for the result of the instruction, which may be those of an operand: what is computed register by
     * register may be written there.
     */
    int[] destination() {
        int[] wanted = aim;
        if (wanted != null && stack.stream().noneMatch(waiting -> waiting == wanted)) {
            return wanted;
        }
        return fresh();
    }

    /** Temporary registers. */
    int[] fresh() {
        int[] slots = new int[VectorUnit.PARTS];
        Arrays.setAll(slots, _ -> temporary());
        return slots;
    }

    /** One temporary register, for a vector whose parts are the same. */
    int[] same() {
        int[] slots = new int[VectorUnit.PARTS];
        Arrays.fill(slots, temporary());
        return slots;
    }

    private int temporary() {
        if (!free.isEmpty()) {
            return free.removeLast();
        }
        temporaries.add(highest);
        return highest++;
    }

    void push(int[] registers) {
        stack.push(registers);
    }

    int[] pop() {
        if (stack.isEmpty()) {
            throw new Unlowerable("a vector whose place is not known");
        }
        return stack.pop();
    }

    /** The vector on top, once more. */
    void duplicate() {
        stack.push(stack.peek());
    }

    /**
     * The registers of a variable.
     *
     * @param variable its slot in the original
     * @param first    its slot here
     */
    int[] variable(int variable, int first) {
        return variables.computeIfAbsent(variable, _ -> {
            int[] slots = new int[VectorUnit.PARTS];
            Arrays.setAll(slots, part -> part == 0 ? first : highest++);
            return slots;
        });
    }

    /** A variable that is only read stands in these registers. */
    void alias(int variable, int[] registers) {
        variables.put(variable, registers);
    }

    /** The vector on top goes to a variable; what waits on the stack and stands there is moved before. */
    void store(CodeBuilder out, int[] variable) {
        int[] value = pop();
        if (stack.contains(variable)) {
            int[] kept = fresh();
            move(out, variable, kept);
            List<int[]> waiting = stack.stream().map(one -> one == variable ? kept : one).toList();
            stack.clear();
            stack.addAll(waiting);
        }
        move(out, value, variable);
    }

    /** Takes the vectors among a call's arguments from the stack; null stands for any other. */
    int[][] vectors(MethodTypeDesc type) {
        int[][] registers = new int[type.parameterCount()][];
        for (int index = registers.length - 1; index >= 0; index--) {
            registers[index] = LoweredTypes.vectorLanes(type.parameterType(index)) > 0 ? pop() : null;
        }
        return registers;
    }

    /** Stores the others from the first free slot on, each where it stands in the callee. */
    int[] numbers(CodeBuilder out, MethodTypeDesc type) {
        int[] slots = new int[type.parameterCount()];
        int slot = highest;
        for (int index = 0; index < slots.length; index++) {
            slots[index] = slot;
            slot += TypeKind.from(type.parameterType(index)).slotSize();
        }
        for (int index = slots.length - 1; index >= 0; index--) {
            if (LoweredTypes.vectorLanes(type.parameterType(index)) == 0) {
                out.storeLocal(TypeKind.from(type.parameterType(index)), slots[index]);
            }
        }
        return slots;
    }

    /** Copies registers. */
    static void move(CodeBuilder out, int[] from, int[] to) {
        if (from != to) {
            for (int part = 0; part < to.length; part++) {
                out.aload(from[part]);
                out.astore(to[part]);
            }
        }
    }

    /** A jump to a label, with the vectors that wait on the stack. */
    void jump(Label target) {
        List<int[]> waiting = List.copyOf(stack);
        List<int[]> before = stacksAt.putIfAbsent(target, waiting);
        if (before != null) {
            meet(before, waiting);
        }
    }

    /**
     * The stack at a label.
     *
     * @param reached whether the instruction before goes on here
     */
    void label(Label label, boolean reached) {
        List<int[]> waiting = stacksAt.getOrDefault(label, reached ? List.copyOf(stack) : List.of());
        if (reached) {
            meet(waiting, List.copyOf(stack));
        }
        stack.clear();
        stack.addAll(waiting);
        stacksAt.put(label, waiting);
    }

    private static void meet(List<int[]> one, List<int[]> other) {
        boolean same = one.size() == other.size();
        for (int index = 0; same && index < one.size(); index++) {
            same = one.get(index) == other.get(index);
        }
        if (!same) {
            throw new Unlowerable("a choice between vectors within an expression");
        }
    }
}
