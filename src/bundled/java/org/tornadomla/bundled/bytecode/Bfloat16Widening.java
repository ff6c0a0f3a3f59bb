package org.tornadomla.bundled.bytecode;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the methods that widen a bfloat16, so that an engine can do what the API has no call for: take the 16 bits as
 * the upper half of a float. A method is one when it is arithmetic on its one short and nothing else, and gives the
 * right float for each of the 65,536 shorts, which is tried. Infinities and NaN may come out as any of them.
 */
public final class Bfloat16Widening {

    private static final String TYPE = "(S)F";

    private static final ClassValue<Map<String, Boolean>> KNOWN = new ClassValue<>() {
        @Override
        protected Map<String, Boolean> computeValue(Class<?> owner) {
            return new ConcurrentHashMap<>();
        }
    };

    private Bfloat16Widening() {
    }

    /** Whether a call widens a bfloat16; {@code loader} finds the class of the method. */
    public static boolean is(InvokeInstruction call, ClassLoader loader) {
        try {
            return is(Class.forName(call.owner().asInternalName().replace('/', '.'), false, loader),
                    call.name().stringValue(), call.typeSymbol());
        } catch (ClassNotFoundException missing) {
            return false;
        }
    }

    /** Whether a static method widens a bfloat16. */
    public static boolean is(Class<?> owner, String name, MethodTypeDesc type) {
        return type.descriptorString().equals(TYPE)
                && KNOWN.get(owner).computeIfAbsent(name, _ -> isArithmetic(owner, name) && widensAll(owner, name));
    }

    private static boolean isArithmetic(Class<?> owner, String name) {
        MethodModel method = ClassFiles.of(owner, name, TYPE);
        if (method == null || method.code().isEmpty()) {
            return false;
        }
        for (CodeElement element : method.code().get()) {
            boolean plain = switch (element) {
                case LoadInstruction _,StoreInstruction _,ConstantInstruction _,OperatorInstruction _,ConvertInstruction _,ReturnInstruction _ ->
                    true;
                default -> !(element instanceof Instruction);
            };
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    private static boolean widensAll(Class<?> owner, String name) {
        try {
            Method method = owner.getDeclaredMethod(name, short.class);
            if (!method.trySetAccessible()) {
                return false;
            }
            for (int bits = Short.MIN_VALUE; bits <= Short.MAX_VALUE; bits++) {
                float number = Float.intBitsToFloat(bits << Short.SIZE);
                float widened = (float) method.invoke(null, (short) bits);
                boolean same = Float.floatToRawIntBits(number) == Float.floatToRawIntBits(widened);
                if (!same && (Float.isFinite(number) || Float.isFinite(widened))) {
                    return false;
                }
            }
            return true;
        } catch (ReflectiveOperationException refused) {
            return false;
        }
    }
}
