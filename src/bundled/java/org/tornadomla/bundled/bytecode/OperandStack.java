package org.tornadomla.bundled.bytecode;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows which parameter of a method lies where on its operand stack, instruction by instruction in the order of the
 * code. That order suffices for javac's code, where a place that is only jumped to is jumped to from before.
 */
final class OperandStack {

    /** A value: the number of the parameter that it is, or -1; and whether it is a long or double. */
    record Value(int parameter, boolean wide) {

        static final Value UNKNOWN = new Value(-1, false);
        static final Value UNKNOWN_WIDE = new Value(-1, true);

        static Value of(TypeKind kind) {
            return kind.slotSize() == 2 ? UNKNOWN_WIDE : UNKNOWN;
        }
    }

    private final Map<Integer, Integer> parameterOfSlot;
    private final Map<Label, List<Value>> atLabel = new HashMap<>();
    private List<Value> values = new ArrayList<>();
    private boolean reachable = true;

    /** @param parameterOfSlot number of the parameter a local variable slot holds */
    OperandStack(Map<Integer, Integer> parameterOfSlot) {
        this.parameterOfSlot = parameterOfSlot;
    }

    /** Whether no value is on the stack. */
    boolean isEmpty() {
        return values.isEmpty();
    }

    /** The value {@code depth} places below the top. */
    Value peek(int depth) {
        return values.get(values.size() - 1 - depth);
    }

    /** The top {@code count} values, the lowest first. */
    List<Value> top(int count) {
        return List.copyOf(values.subList(values.size() - count, values.size()));
    }

    /** Lets {@code element} work on the stack. */
    void step(CodeElement element) {
        switch (element) {
            case LabelTarget target -> arrive(target.label());
            case LoadInstruction load -> push(new Value(
                    parameterOfSlot.getOrDefault(load.typeKind() == TypeKind.REFERENCE ? load.slot() : -1, -1),
                    load.typeKind().slotSize() == 2));
            case StoreInstruction _ -> pop(1);
            case ConstantInstruction constant -> push(Value.of(constant.typeKind()));
            case OperatorInstruction operator -> operate(operator);
            case ConvertInstruction convert -> replace(1, Value.of(convert.toType()));
            case ArrayLoadInstruction load -> replace(2, Value.of(load.typeKind()));
            case ArrayStoreInstruction _ -> pop(3);
            case FieldInstruction field -> field(field);
            case InvokeInstruction invoke -> call(invoke.typeSymbol(), invoke.opcode() == Opcode.INVOKESTATIC ? 0 : 1);
            case InvokeDynamicInstruction invoke -> call(invoke.typeSymbol(), 0);
            case NewObjectInstruction _ -> push(Value.UNKNOWN);
            case NewMultiArrayInstruction array -> replace(array.dimensions(), Value.UNKNOWN);
            case StackInstruction stack -> shuffle(stack.opcode());
            case BranchInstruction branch -> branch(branch);
            case TableSwitchInstruction table -> leave(1);
            case LookupSwitchInstruction lookup -> leave(1);
            case ReturnInstruction _,ThrowInstruction _ -> reachable = false;
            case MonitorInstruction _ -> pop(1);
            default -> {
            }
        }
    }

    private void arrive(Label label) {
        if (!reachable) {
            values = new ArrayList<>(atLabel.getOrDefault(label, List.of()));
            reachable = true;
        }
    }

    private void leave(int operands) {
        pop(operands);
        reachable = false;
    }

    private void branch(BranchInstruction branch) {
        int operands = switch (branch.opcode()) {
            case GOTO, GOTO_W -> 0;
            case IFEQ, IFNE, IFLT, IFGE, IFGT, IFLE, IFNULL, IFNONNULL -> 1;
            default -> 2;
        };
        pop(operands);
        atLabel.put(branch.target(), List.copyOf(values));
        reachable = operands != 0;
    }

    private void operate(OperatorInstruction operator) {
        int operands = switch (operator.opcode()) {
            case INEG, LNEG, FNEG, DNEG, ARRAYLENGTH -> 1;
            default -> 2;
        };
        boolean comparison = switch (operator.opcode()) {
            case LCMP, FCMPL, FCMPG, DCMPL, DCMPG -> true;
            default -> false;
        };
        replace(operands, comparison ? Value.UNKNOWN : Value.of(operator.typeKind()));
    }

    private void field(FieldInstruction field) {
        Value value = Value.of(TypeKind.from(field.typeSymbol()));
        switch (field.opcode()) {
            case GETSTATIC -> push(value);
            case PUTSTATIC -> pop(1);
            case GETFIELD -> replace(1, value);
            default -> pop(2);
        }
    }

    private void call(MethodTypeDesc type, int receivers) {
        pop(type.parameterCount() + receivers);
        ClassDesc result = type.returnType();
        if (!result.equals(java.lang.constant.ConstantDescs.CD_void)) {
            push(Value.of(TypeKind.from(result)));
        }
    }

    private void shuffle(Opcode opcode) {
        boolean wideTop = peek(0).wide;
        switch (opcode) {
            case POP -> pop(1);
            case POP2 -> pop(wideTop ? 1 : 2);
            case DUP -> duplicate(1, 0);
            case DUP_X1 -> duplicate(1, 1);
            case DUP_X2 -> duplicate(1, peek(1).wide ? 1 : 2);
            case DUP2 -> duplicate(wideTop ? 1 : 2, 0);
            case DUP2_X1 -> duplicate(wideTop ? 1 : 2, 1);
            case DUP2_X2 -> {
                int moved = wideTop ? 1 : 2;
                duplicate(moved, peek(moved).wide ? 1 : 2);
            }
            default -> {
                Value top = values.removeLast();
                values.add(values.size() - 1, top);
            }
        }
    }

    private void duplicate(int count, int below) {
        List<Value> copy = top(count);
        values.addAll(values.size() - count - below, copy);
    }

    private void push(Value value) {
        values.add(value);
    }

    private void pop(int count) {
        values.subList(values.size() - count, values.size()).clear();
    }

    private void replace(int count, Value value) {
        pop(count);
        push(value);
    }
}
