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
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the methods that widen the numbers of a narrow format, so that an engine can do what the API has no call for. A
 * method is one when it is arithmetic on its one whole number and nothing else, and gives the right float for each code
 * of the format, which is tried.
 */
public final class Widening {

    /** Of a bfloat16, the upper half of a float. Infinities and NaN may come out as any of them. */
    public static final Widening BFLOAT16 = new Widening(short.class, Widening::widensBfloats);
    /** Of a number of 8 bits in E4M3, in a byte with its sign. What becomes of the codes of NaN does not matter. */
    public static final Widening FLOAT8 = new Widening(int.class, Widening::widensFloat8s);

    /** What of a byte at the top of an int is sign, exponent and fraction of a float, once it is moved right by 4. */
    public static final int FLOAT8_MASK = 0x87F0_0000;
    /** The exponents of these floats begin 120 lower. */
    public static final float FLOAT8_SCALE = 0x1p120f;

    /** Calls a method with all codes of a format. */
    private interface Trial {
        boolean isRight(Method method) throws ReflectiveOperationException;
    }

    private final Class<?> code;
    private final Trial trial;
    private final ClassValue<Map<String, Boolean>> known = new ClassValue<>() {
        @Override
        protected Map<String, Boolean> computeValue(Class<?> owner) {
            return new ConcurrentHashMap<>();
        }
    };

    private Widening(Class<?> code, Trial trial) {
        this.code = code;
        this.trial = trial;
    }

    private String type() {
        return MethodTypeDesc.of(ConstantDescs.CD_float, code.describeConstable().orElseThrow()).descriptorString();
    }

    /** Whether a call widens; {@code loader} finds the class of the method. */
    public boolean is(InvokeInstruction call, ClassLoader loader) {
        try {
            return is(Class.forName(call.owner().asInternalName().replace('/', '.'), false, loader),
                    call.name().stringValue(), call.typeSymbol());
        } catch (ClassNotFoundException missing) {
            return false;
        }
    }

    /** Whether a static method widens. */
    public boolean is(Class<?> owner, String name, MethodTypeDesc of) {
        return of.descriptorString().equals(type())
                && known.get(owner).computeIfAbsent(name, _ -> isArithmetic(owner, name) && isRight(owner, name));
    }

    private boolean isArithmetic(Class<?> owner, String name) {
        MethodModel method = ClassFiles.of(owner, name, type());
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

    private boolean isRight(Class<?> owner, String name) {
        try {
            Method method = owner.getDeclaredMethod(name, code);
            return method.trySetAccessible() && trial.isRight(method);
        } catch (ReflectiveOperationException refused) {
            return false;
        }
    }

    private static boolean widensBfloats(Method method) throws ReflectiveOperationException {
        for (int bits = Short.MIN_VALUE; bits <= Short.MAX_VALUE; bits++) {
            float number = Float.intBitsToFloat(bits << Short.SIZE);
            float widened = (float) method.invoke(null, (short) bits);
            boolean same = Float.floatToRawIntBits(number) == Float.floatToRawIntBits(widened);
            if (!same && (Float.isFinite(number) || Float.isFinite(widened))) {
                return false;
            }
        }
        return true;
    }

    private static boolean widensFloat8s(Method method) throws ReflectiveOperationException {
        for (int code = Byte.MIN_VALUE; code <= Byte.MAX_VALUE; code++) {
            boolean isNumber = (code & Byte.MAX_VALUE) != Byte.MAX_VALUE;
            float number = Float.intBitsToFloat((code << 24) >> 4 & FLOAT8_MASK) * FLOAT8_SCALE;
            // Zeros are the same with either sign.
            if (isNumber && (float) method.invoke(null, code) != number) {
                return false;
            }
        }
        return true;
    }
}
