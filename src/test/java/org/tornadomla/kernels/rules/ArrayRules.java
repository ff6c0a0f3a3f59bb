package org.tornadomla.kernels.rules;

import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Rules on private arrays, arrays of a work-group, and barriers. */
final class ArrayRules {

    /** Methods of device arrays that write them. */
    private static final Set<String> WRITERS = Set.of("set", "init", "fill", "clear");

    private final MethodCode code;
    private final Frame[] frames;
    private final Function<InvokeInstruction, Set<Integer>> writtenByHelper;
    private final List<Violation> violations = new ArrayList<>();

    private ArrayRules(MethodCode code, Frame[] frames, Function<InvokeInstruction, Set<Integer>> writtenByHelper) {
        this.code = code;
        this.frames = frames;
        this.writtenByHelper = writtenByHelper;
    }

    /** @param writtenByHelper which arguments a helper writes to; null for a method that is not a helper */
    static List<Violation> check(MethodCode code, Frame[] frames,
            Function<InvokeInstruction, Set<Integer>> writtenByHelper) {
        ArrayRules rules = new ArrayRules(code, frames, writtenByHelper);
        int lastBarrier = -1;
        for (int index = 0; index < code.size(); index++) {
            if (code.at(index) instanceof NewPrimitiveArrayInstruction) {
                rules.checkPrivateArray(index);
            } else if (frames[index] != null && code.at(index) instanceof InvokeInstruction call) {
                rules.checkCall(index, call);
                lastBarrier = call.name().stringValue().endsWith("Barrier") ? index : lastBarrier;
            }
        }
        for (int index = 0; index < lastBarrier; index++) {
            if (code.at(index) instanceof ReturnInstruction) {
                rules.add(Rule.RETURN_BEFORE_BARRIER, index, "return before a barrier");
            }
        }
        return rules.violations;
    }

    /** In the order of the source, the first access to a private array has to be a write. */
    private void checkPrivateArray(int made) {
        Value array = new Value(Value.Kind.PRIVATE_ARRAY, made);
        for (int index = made + 1; index < code.size(); index++) {
            Frame frame = frames[index];
            if (frame == null) {
                continue;
            }
            switch (code.at(index)) {
                case ArrayStoreInstruction ignored when frame.peek(2).equals(array) -> {
                    return;
                }
                case ArrayLoadInstruction ignored when frame.peek(1).equals(array) -> {
                    add(Rule.UNINITIALISED_ARRAY, index, "a private array is read before anything was written to it");
                    return;
                }
                case InvokeInstruction call when arguments(call, frame).contains(array) -> {
                    Set<Integer> written = writtenByHelper.apply(call);
                    if (written != null && !written.contains(arguments(call, frame).indexOf(array))) {
                        add(Rule.UNINITIALISED_ARRAY, index,
                                "a helper reads a private array that nothing was written to");
                    }
                    return;
                }
                default -> {
                }
            }
        }
    }

    private void checkCall(int index, InvokeInstruction call) {
        String name = call.name().stringValue();
        if (call.owner().asInternalName().endsWith("/KernelContext") && name.startsWith("allocate")) {
            if (!frames[index].peek(0).isFixed()) {
                add(Rule.LOCAL_ARRAY_SIZE, index, name + " of a size that is only known at run time");
            }
            if (name.contains("Half")) {
                add(Rule.HALF_LOCAL_ARRAY, index, name);
            }
        }
        boolean helper = writtenByHelper.apply(call) != null;
        if (helper && arguments(call, frames[index]).stream().anyMatch(value -> value.is(Value.Kind.LOCAL_ARRAY))) {
            add(Rule.LOCAL_ARRAY_TO_HELPER, index, "passed to " + name);
        }
    }

    /** The parameters of a method that hold arrays which it or its helpers write to. */
    static Set<Integer> writtenParameters(MethodCode code, Frame[] frames,
            Function<InvokeInstruction, Set<Integer>> writtenByHelper) {
        Set<Integer> written = new TreeSet<>();
        for (int index = 0; index < code.size(); index++) {
            Frame frame = frames[index];
            if (frame == null) {
                continue;
            }
            if (code.at(index) instanceof ArrayStoreInstruction) {
                addParameter(written, frame.peek(2));
            } else if (code.at(index) instanceof InvokeInstruction call) {
                List<Value> arguments = arguments(call, frame);
                Set<Integer> helper = writtenByHelper.apply(call);
                if (helper != null) {
                    helper.forEach(argument -> addParameter(written, arguments.get(argument)));
                } else if (call.name().stringValue().startsWith("atomic")) {
                    addParameter(written, arguments.getFirst());
                } else if (WRITERS.contains(call.name().stringValue())) {
                    addParameter(written, frame.peek(arguments.size()));
                }
            }
        }
        return written;
    }

    private static void addParameter(Set<Integer> written, Value value) {
        if (value.is(Value.Kind.PARAMETER)) {
            written.add(value.id());
        }
    }

    private static List<Value> arguments(InvokeInstruction call, Frame frame) {
        int size = frame.stack().size();
        return frame.stack().subList(size - call.typeSymbol().parameterCount(), size);
    }

    private void add(Rule rule, int index, String detail) {
        violations.add(code.violation(rule, index, detail));
    }
}
