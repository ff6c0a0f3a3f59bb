package org.tornadomla.kernels.rules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Local variables and stack before an instruction. A long or double takes one place on this stack. */
record Frame(Value[] locals, List<Value> stack) {

    static Frame empty(int locals) {
        Value[] undefined = new Value[locals];
        Arrays.fill(undefined, Value.UNDEFINED);
        return new Frame(undefined, new ArrayList<>());
    }

    Frame copy() {
        return new Frame(locals.clone(), new ArrayList<>(stack));
    }

    void push(Value value) {
        stack.add(value);
    }

    Value pop() {
        return stack.removeLast();
    }

    /** The value below the top ones. */
    Value peek(int below) {
        return stack.get(stack.size() - 1 - below);
    }

    /** Merges what another way brings to the same instruction; answers whether anything changed. */
    boolean merge(Frame other, int instruction) {
        boolean changed = false;
        Value merged = new Value(Value.Kind.MERGED, instruction);
        for (int slot = 0; slot < locals.length; slot++) {
            if (!locals[slot].equals(other.locals[slot]) && !locals[slot].equals(merged)) {
                locals[slot] = merged;
                changed = true;
            }
        }
        for (int place = 0; place < stack.size(); place++) {
            if (!stack.get(place).equals(other.stack.get(place)) && !stack.get(place).equals(merged)) {
                stack.set(place, merged);
                changed = true;
            }
        }
        return changed;
    }
}
