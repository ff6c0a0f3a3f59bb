package org.tornadomla.kernels.rules;

import java.lang.classfile.Instruction;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import org.tornadomla.kernels.rules.Value.Kind;

/** Follows values through a method, or through one iteration of a loop. */
final class Interpreter {

    private final MethodCode code;
    private final Frame[] before;

    private Interpreter(MethodCode code) {
        this.code = code;
        this.before = new Frame[code.size()];
    }

    /** The frames before each instruction of a method; null where nothing ever arrives. */
    static Frame[] wholeMethod(MethodCode code) {
        Frame start = Frame.empty(code.maxLocals());
        code.parameterOfSlot()
                .forEach((slot, parameter) -> start.locals()[slot] = new Value(Kind.PARAMETER, parameter));
        BitSet all = new BitSet();
        all.set(0, code.size());
        return new Interpreter(code).run(0, start, all);
    }

    /** The frames of one iteration, which begins at the loop's head with every local variable carried into it. */
    static Frame[] oneIteration(MethodCode code, int head, BitSet region) {
        Frame start = Frame.empty(code.maxLocals());
        for (int slot = 0; slot < code.maxLocals(); slot++) {
            start.locals()[slot] = new Value(Kind.CARRIED, slot);
        }
        return new Interpreter(code).run(head, start, region);
    }

    private Frame[] run(int start, Frame initial, BitSet region) {
        before[start] = initial;
        Deque<Integer> work = new ArrayDeque<>();
        work.add(start);
        while (!work.isEmpty()) {
            int index = work.remove();
            Frame after = before[index].copy();
            execute(code.at(index), index, after);
            for (int next : code.next(index)) {
                if (region.get(next) && next != start && arrive(next, after)) {
                    work.add(next);
                }
            }
        }
        return before;
    }

    private boolean arrive(int index, Frame frame) {
        if (before[index] == null) {
            before[index] = frame.copy();
            return true;
        }
        return before[index].merge(frame, index);
    }

    /** The frame after an instruction. */
    static Frame after(MethodCode code, Frame before, int index) {
        Frame after = before.copy();
        execute(code.at(index), index, after);
        return after;
    }

    private static void execute(Instruction instruction, int index, Frame frame) {
        Value made = new Value(Kind.COMPUTED, index);
        switch (instruction) {
            case LoadInstruction load -> frame.push(frame.locals()[load.slot()]);
            case StoreInstruction store -> frame.locals()[store.slot()] = frame.pop();
            case IncrementInstruction increment -> frame.locals()[increment.slot()] = made;
            case ConstantInstruction constant ->
                frame.push(constant.constantValue() instanceof Integer value ? new Value(Kind.CONSTANT, value) : made);
            case OperatorInstruction operator -> operate(operator, made, frame);
            case ConvertInstruction ignored -> frame.push(frame.pop().isFixed() ? new Value(Kind.FIXED, index) : made);
            case InvokeInstruction call -> call(call, made, frame);
            case InvokeDynamicInstruction call -> {
                pop(frame, call.typeSymbol().parameterCount());
                pushResult(frame, call.typeSymbol(), made);
            }
            case FieldInstruction field -> access(field, made, frame);
            case NewPrimitiveArrayInstruction ignored -> replace(frame, 1, new Value(Kind.PRIVATE_ARRAY, index));
            case NewReferenceArrayInstruction ignored -> replace(frame, 1, made);
            case NewMultiArrayInstruction array -> replace(frame, array.dimensions(), made);
            case NewObjectInstruction ignored -> frame.push(made);
            case ArrayLoadInstruction ignored -> replace(frame, 2, made);
            case ArrayStoreInstruction ignored -> pop(frame, 3);
            case StackInstruction stack -> shuffle(stack, frame);
            case BranchInstruction branch -> pop(frame, operands(branch));
            case TableSwitchInstruction ignored -> frame.pop();
            case LookupSwitchInstruction ignored -> frame.pop();
            case ReturnInstruction result -> pop(frame, result.typeKind() == TypeKind.VOID ? 0 : 1);
            case ThrowInstruction ignored -> frame.pop();
            case TypeCheckInstruction check -> {
                if (check.opcode().name().equals("INSTANCEOF")) {
                    replace(frame, 1, made);
                }
            }
            default -> {
            }
        }
    }

    private static void operate(OperatorInstruction operator, Value made, Frame frame) {
        String name = operator.opcode().name();
        if (name.endsWith("NEG") || name.equals("ARRAYLENGTH")) {
            Value operand = frame.pop();
            boolean fixed = operand.isFixed() && name.endsWith("NEG");
            frame.push(fixed ? new Value(Kind.FIXED, made.id()) : made);
            return;
        }
        Value right = frame.pop();
        Value left = frame.pop();
        boolean mask = name.equals("IAND");
        if (mask && (isFullMask(left, right) || isFullMask(right, left))) {
            frame.push(new Value(Kind.UNSIGNED, made.id()));
        } else {
            frame.push(left.isFixed() && right.isFixed() ? new Value(Kind.FIXED, made.id()) : made);
        }
    }

    private static boolean isFullMask(Value element, Value mask) {
        return element.is(Kind.BYTE) && mask.isConstant(0xFF);
    }

    private static void call(InvokeInstruction call, Value made, Frame frame) {
        pop(frame, call.typeSymbol().parameterCount() + (call.opcode().name().equals("INVOKESTATIC") ? 0 : 1));
        String owner = call.owner().asInternalName();
        String name = call.name().stringValue();
        Kind kind = Kind.COMPUTED;
        if (owner.endsWith("/KernelContext") && name.startsWith("allocate")) {
            kind = Kind.LOCAL_ARRAY;
        } else if (owner.endsWith("/ByteArray") && name.equals("get")) {
            kind = Kind.BYTE;
        }
        pushResult(frame, call.typeSymbol(), new Value(kind, made.id()));
    }

    private static void pushResult(Frame frame, MethodTypeDesc type, Value value) {
        if (!type.returnType().descriptorString().equals("V")) {
            frame.push(value);
        }
    }

    private static void access(FieldInstruction field, Value made, Frame frame) {
        switch (field.opcode().name()) {
            case "GETSTATIC" -> frame.push(made);
            case "PUTSTATIC" -> frame.pop();
            case "GETFIELD" -> replace(frame, 1, made);
            default -> pop(frame, 2);
        }
    }

    private static int operands(BranchInstruction branch) {
        String name = branch.opcode().name();
        return name.startsWith("GOTO") ? 0 : name.startsWith("IF_") ? 2 : 1;
    }

    /** Only the forms that javac makes for values of one place, and the removal of one of two. */
    private static void shuffle(StackInstruction stack, Frame frame) {
        Value top = frame.pop();
        switch (stack.opcode().name()) {
            case "POP", "POP2" -> {
            }
            case "DUP", "DUP2" -> {
                if (stack.opcode().name().equals("DUP2") && !frame.stack().isEmpty()) {
                    // a[i] += x duplicates the array and the index; no kernel duplicates a long or double.
                    Value second = frame.pop();
                    frame.push(second);
                    frame.push(top);
                    frame.push(second);
                } else {
                    frame.push(top);
                }
                frame.push(top);
            }
            case "DUP_X1", "DUP2_X1" -> {
                Value second = frame.pop();
                frame.push(top);
                frame.push(second);
                frame.push(top);
            }
            case "DUP_X2", "DUP2_X2" -> {
                Value second = frame.pop();
                Value third = frame.pop();
                frame.push(top);
                frame.push(third);
                frame.push(second);
                frame.push(top);
            }
            case "SWAP" -> {
                Value second = frame.pop();
                frame.push(top);
                frame.push(second);
            }
            default -> throw new IllegalStateException("unknown stack instruction " + stack.opcode());
        }
    }

    private static void replace(Frame frame, int operands, Value result) {
        pop(frame, operands);
        frame.push(result);
    }

    private static void pop(Frame frame, int count) {
        for (int index = 0; index < count; index++) {
            frame.pop();
        }
    }
}
