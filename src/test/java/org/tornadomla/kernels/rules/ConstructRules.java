package org.tornadomla.kernels.rules;

import java.lang.classfile.Instruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Rules on single instructions: calls, fields, allocations, operators, constants. */
final class ConstructRules {

    static final String API = "uk/ac/manchester/tornado/api/";

    /** Calls that throw at compilation, or that give other results than in Java. */
    private static final Set<String> REFUSED = Set.of("Math.fma", "Math.floor", "Math.ceil", "Math.round", "Math.rint",
            "Float.floatToIntBits", "Float.floatToRawIntBits", "Float.intBitsToFloat", "Float.float16ToFloat",
            "Float.floatToFloat16", "Double.doubleToLongBits", "Double.doubleToRawLongBits", "Double.longBitsToDouble",
            "Integer.remainderUnsigned", "Integer.divideUnsigned", "Long.remainderUnsigned", "Long.divideUnsigned",
            "KernelContext.simdSum", "KernelContext.simdShuffleDown", "KernelContext.simdBroadcastFirst");

    private static final Set<String> KNOWN = Set.of("Math.min", "Math.max", "Math.abs", "Float.isNaN",
            "Float.isInfinite", "Integer.valueOf", "Integer.intValue", "Object.<init>");

    private static final Set<String> TRIGONOMETRY = Set.of("sin", "cos", "tan", "sinpi", "cospi", "tanpi", "asin",
            "acos", "atan", "atan2");

    /** Most instructions between two jumps of one condition: the int and the constant. */
    private static final int LOADS = 2;

    private final MethodCode code;
    private final Frame[] frames;
    private final Predicate<InvokeInstruction> isHelper;
    private final List<Violation> violations = new ArrayList<>();

    private ConstructRules(MethodCode code, Frame[] frames, Predicate<InvokeInstruction> isHelper) {
        this.code = code;
        this.frames = frames;
        this.isHelper = isHelper;
    }

    static List<Violation> check(MethodCode code, Frame[] frames, Predicate<InvokeInstruction> isHelper) {
        ConstructRules rules = new ConstructRules(code, frames, isHelper);
        for (int index = 0; index < code.size(); index++) {
            rules.check(index, code.at(index));
        }
        return rules.violations;
    }

    private void check(int index, Instruction instruction) {
        switch (instruction) {
            case InvokeInstruction call -> checkCall(index, call);
            case InvokeDynamicInstruction call -> add(Rule.UNKNOWN_CALL, index, "invokedynamic " + call.name());
            case ThrowInstruction ignored -> add(Rule.THROW, index, "throw");
            case FieldInstruction field when field.opcode().name().endsWith("STATIC") ->
                add(Rule.STATIC_FIELD, index, field.owner().asInternalName() + "." + field.name());
            case NewMultiArrayInstruction array -> add(Rule.NESTED_ARRAY, index, array.arrayType().asInternalName());
            case NewReferenceArrayInstruction array when array.componentType().asInternalName().startsWith("[") ->
                add(Rule.NESTED_ARRAY, index, "[" + array.componentType().asInternalName());
            case NewObjectInstruction object when isDeviceArray(object.className().asInternalName()) ->
                add(Rule.NEW_DEVICE_ARRAY, index, "new " + object.className().asInternalName());
            case ConstantInstruction constant -> checkConstant(index, constant);
            case OperatorInstruction operator -> checkOperator(index, operator);
            case BranchInstruction ignored -> checkRange(index);
            default -> {
            }
        }
    }

    private void checkCall(int index, InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        String name = call.name().stringValue();
        String called = owner.substring(owner.lastIndexOf('/') + 1) + "." + name;
        String type = call.type().stringValue();
        boolean api = owner.startsWith(API);
        if (REFUSED.contains(called) || owner.equals("java/lang/StrictMath") || isFloatingAtomic(owner, name, type)) {
            add(Rule.REFUSED_CALL, index, called);
        } else if (TRIGONOMETRY.contains(name) && (api || owner.equals("java/lang/Math"))) {
            add(Rule.NATIVE_TRIGONOMETRY, index, called);
        } else if (owner.equals("java/lang/Math") && type.contains("D")) {
            add(Rule.DOUBLE_MATH, index, called);
        } else if (api && name.equals("<init>") && owner.contains("/vectors/") && type.equals("()V")) {
            add(Rule.VECTOR_WITHOUT_VALUES, index, "new " + owner.substring(owner.lastIndexOf('/') + 1) + "()");
        } else if (owner.endsWith("/Float16") && type.contains("Float16;F)")) {
            add(Rule.VECTOR_BY_NUMBER, index, called);
        } else if (!api && !isHelper.test(call) && !(owner.startsWith("java/lang/") && KNOWN.contains(called))) {
            add(Rule.UNKNOWN_CALL, index, called);
        }
    }

    private static boolean isFloatingAtomic(String owner, String name, String type) {
        return owner.endsWith("/KernelContext") && name.startsWith("atomic")
                && (type.contains("FloatArray") || type.contains("DoubleArray"));
    }

    static boolean isDeviceArray(String type) {
        return type.startsWith(API + "types/arrays/") || type.startsWith(API + "types/collections/")
                || type.startsWith(API + "types/matrix/") || type.startsWith(API + "types/images/")
                || type.startsWith(API + "types/volumes/");
    }

    private void checkConstant(int index, ConstantInstruction constant) {
        boolean finite = switch (constant.constantValue()) {
            case Float value -> Float.isFinite(value);
            case Double value -> Double.isFinite(value);
            default -> true;
        };
        if (!finite) {
            add(Rule.NON_FINITE_CONSTANT, index, constant.constantValue().toString());
        }
    }

    private void checkOperator(int index, OperatorInstruction operator) {
        String name = operator.opcode().name();
        Frame frame = frames[index];
        if (name.endsWith("USHR")) {
            add(Rule.UNSIGNED_SHIFT, index, ">>>");
        } else if (isAtMost(name, code.at(index + 1).opcode().name())) {
            add(Rule.AT_MOST_OF_FLOATS, index, "<= or >= of floats");
        } else if (frame != null && (name.equals("ISUB") || name.equals("IADD"))) {
            Value right = frame.peek(0);
            Value left = frame.peek(1);
            boolean unsigned = left.is(Value.Kind.UNSIGNED) || right.is(Value.Kind.UNSIGNED);
            boolean subtracts = name.equals("ISUB") || isNegative(left) || isNegative(right);
            if (unsigned && subtracts) {
                add(Rule.UNSIGNED_MASK, index, "a byte or short masked to all its bits, then subtracted from");
            }
        }
    }

    /** Two jumps, one behind the other, that hold one int against constants. */
    private void checkRange(int index) {
        Value held = heldAgainstConstant(index);
        for (int before = Math.max(0, index - LOADS - 1); held != null && before < index; before++) {
            if (held.equals(heldAgainstConstant(before))) {
                add(Rule.INT_BETWEEN_CONSTANTS, index, "more than one constant and less than another");
            }
        }
    }

    /** The int that a jump holds against a constant, as more or less; null where the instruction is another. */
    private Value heldAgainstConstant(int index) {
        Frame frame = frames[index];
        if (frame == null || !(code.at(index) instanceof BranchInstruction branch)) {
            return null;
        }
        return switch (branch.opcode()) {
            case IFLT, IFGE, IFGT, IFLE -> frame.peek(0);
            case IF_ICMPLT, IF_ICMPGE, IF_ICMPGT,
                    IF_ICMPLE ->
                frame.peek(0).is(Value.Kind.CONSTANT)
                        ? frame.peek(1)
                        : frame.peek(1).is(Value.Kind.CONSTANT) ? frame.peek(0) : null;
            default -> null;
        };
    }

    /**
     * Whether a comparison of floats and the jump behind it are {@code <=} or {@code >=}: what the comparison says of
     * NaN then answers the same as more or less does, and TornadoVM forgets that it does.
     */
    private static boolean isAtMost(String comparison, String jump) {
        return switch (comparison) {
            case "FCMPG", "DCMPG" -> jump.equals("IFGT") || jump.equals("IFLE");
            case "FCMPL", "DCMPL" -> jump.equals("IFLT") || jump.equals("IFGE");
            default -> false;
        };
    }

    private static boolean isNegative(Value value) {
        return value.is(Value.Kind.CONSTANT) && value.id() < 0;
    }

    private void add(Rule rule, int index, String detail) {
        violations.add(code.violation(rule, index, detail));
    }
}
