package org.tornadomla.bundled.bytecode;

import static org.tornadomla.bundled.bytecode.Access.ANY;
import static org.tornadomla.bundled.bytecode.Access.READ;

import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds from the bytecode which array parameters a method reads and writes, through static helpers too. What it cannot
 * follow counts as read and written.
 */
public final class AccessAnalysis {

    /** A model has many tasks of one kernel. */
    private static final Map<Method, List<Access>> KNOWN = new ConcurrentHashMap<>();

    private final ClassLoader loader;
    private final Map<String, Access[]> known = new HashMap<>();

    private AccessAnalysis(ClassLoader loader) {
        this.loader = loader;
    }

    /** One access a parameter of the static {@code method}. */
    public static List<Access> of(Method method) {
        List<Access> known = KNOWN.get(method);
        if (known == null) {
            known = anew(method);
            KNOWN.put(method, known);
        }
        return known;
    }

    /**
     * Whether a static method that a kernel calls writes to none of its arguments.
     *
     * @param loader finds the class of the method
     */
    static boolean onlyReads(InvokeInstruction call, ClassLoader loader) {
        return Arrays.stream(new AccessAnalysis(loader).calledStatic(call)).noneMatch(Access::writes);
    }

    private static List<Access> anew(Method method) {
        AccessAnalysis analysis = new AccessAnalysis(method.getDeclaringClass().getClassLoader());
        return List.of(analysis.analyse(method.getDeclaringClass().getName(), ClassFiles.of(method)));
    }

    private Access[] analyse(String owner, MethodModel method) {
        MethodTypeDesc type = method.methodTypeSymbol();
        String key = owner + "." + method.methodName().stringValue() + type.descriptorString();
        Access[] accesses = known.get(key);
        if (accesses == null) {
            accesses = new Access[type.parameterCount()];
            Arrays.fill(accesses, ANY);
            known.put(key, accesses);
            if (method.code().isPresent()) {
                accesses = followed(method.code().get(), type);
                known.put(key, accesses);
            }
        }
        return accesses;
    }

    private Access[] followed(CodeModel code, MethodTypeDesc type) {
        Map<Integer, Integer> parameterOfSlot = new HashMap<>();
        int slot = 0;
        for (int parameter = 0; parameter < type.parameterCount(); parameter++) {
            parameterOfSlot.put(slot, parameter);
            slot += TypeKind.from(type.parameterType(parameter)).slotSize();
        }
        Access[] accesses = new Access[type.parameterCount()];
        Arrays.fill(accesses, Access.NONE);
        OperandStack stack = new OperandStack(parameterOfSlot);
        Jumps jumps = new Jumps(code);
        int number = 0;
        for (CodeElement element : code) {
            if (element instanceof InvokeInstruction invoke) {
                record(invoke, stack, jumps.isConditional(number), accesses);
            } else if (element instanceof StoreInstruction store && store.typeKind() == TypeKind.REFERENCE) {
                alias(store, stack, parameterOfSlot, accesses);
            }
            stack.step(element);
            if (element instanceof Instruction) {
                number++;
            }
        }
        return accesses;
    }

    /** An array under a second name is no longer followed. */
    private static void alias(StoreInstruction store, OperandStack stack, Map<Integer, Integer> parameterOfSlot,
            Access[] accesses) {
        for (int parameter : new int[]{stack.peek(0).parameter(), parameterOfSlot.getOrDefault(store.slot(), -1)}) {
            if (parameter >= 0) {
                accesses[parameter] = ANY;
            }
        }
    }

    private void record(InvokeInstruction invoke, OperandStack stack, boolean conditional, Access[] accesses) {
        int receivers = invoke.opcode() == Opcode.INVOKESTATIC ? 0 : 1;
        List<OperandStack.Value> operands = stack.top(invoke.typeSymbol().parameterCount() + receivers);
        if (operands.stream().allMatch(value -> value.parameter() < 0)) {
            return;
        }
        Access[] callee = receivers == 0 ? calledStatic(invoke) : calledVirtual(invoke, conditional);
        for (int index = 0; index < operands.size(); index++) {
            int parameter = operands.get(index).parameter();
            if (parameter >= 0) {
                Access access = callee[index];
                boolean guarded = conditional || access.conditional();
                accesses[parameter] = accesses[parameter].and(new Access(access.reads(), access.writes(), guarded));
            }
        }
    }

    private Access[] calledStatic(InvokeInstruction invoke) {
        Access[] unknown = new Access[invoke.typeSymbol().parameterCount()];
        Arrays.fill(unknown, ANY);
        String owner = invoke.owner().asInternalName().replace('/', '.');
        if (owner.startsWith("java.")) {
            return unknown;
        }
        try {
            Class<?> type = Class.forName(owner, false, loader);
            MethodModel method = ClassFiles.of(type, invoke.name().stringValue(), invoke.type().stringValue());
            return method == null ? unknown : analyse(owner, method);
        } catch (ClassNotFoundException missing) {
            return unknown;
        }
    }

    /** The API's own methods, by name: the receiver's access, then that of the arguments. */
    private static Access[] calledVirtual(InvokeInstruction invoke, boolean conditional) {
        Access[] accesses = new Access[invoke.typeSymbol().parameterCount() + 1];
        Arrays.fill(accesses, ANY);
        accesses[0] = switch (invoke.name().stringValue()) {
            case "get", "getHalfFloat" -> READ;
            case "set", "setHalfFloat" -> new Access(false, true, conditional);
            case "getSize", "getLength", "size", "vectorWidth", "getElementSize", "localBarrier", "globalBarrier" ->
                Access.NONE;
            default -> ANY;
        };
        return accesses;
    }
}
