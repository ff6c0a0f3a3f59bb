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
 * Finds the methods that widen a number of 8 bits in E4M3, so that an engine can make sixteen of them at once. A method
 * is one when it is arithmetic on its one int and nothing else, and gives the right float for each byte with its sign,
 * which is tried. What it makes of the codes of NaN, and of ints that are no bytes, is its own matter.
 */
public final class Float8Widening {

    /** What of a byte at the top of an int is sign, exponent and fraction of a float, once it is moved right by 4. */
    public static final int MASK = 0x87F0_0000;
    /** The exponents of these floats begin 120 lower. */
    public static final float SCALE = 0x1p120f;

    private static final String TYPE = "(I)F";

    private static final ClassValue<Map<String, Boolean>> KNOWN = new ClassValue<>() {
        @Override
        protected Map<String, Boolean> computeValue(Class<?> owner) {
            return new ConcurrentHashMap<>();
        }
    };

    private Float8Widening() {
    }

    /** Whether a call widens a number of 8 bits; {@code loader} finds the class of the method. */
    public static boolean is(InvokeInstruction call, ClassLoader loader) {
        try {
            return is(Class.forName(call.owner().asInternalName().replace('/', '.'), false, loader),
                    call.name().stringValue(), call.typeSymbol());
        } catch (ClassNotFoundException missing) {
            return false;
        }
    }

    /** Whether a static method widens a number of 8 bits. */
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
            Method method = owner.getDeclaredMethod(name, int.class);
            if (!method.trySetAccessible()) {
                return false;
            }
            for (int code = Byte.MIN_VALUE; code <= Byte.MAX_VALUE; code++) {
                boolean number = (code & Byte.MAX_VALUE) != Byte.MAX_VALUE;
                // Zeros are the same with either sign.
                if (number && (float) method.invoke(null, code) != number(code)) {
                    return false;
                }
            }
            return true;
        } catch (ReflectiveOperationException refused) {
            return false;
        }
    }

    private static float number(int code) {
        return Float.intBitsToFloat((code << 24) >> 4 & MASK) * SCALE;
    }
}
