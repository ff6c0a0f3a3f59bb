package org.tornadomla.bundled.jvm;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.tornadomla.bundled.jvm.LoweredCode.ANY_VECTOR;
import static org.tornadomla.bundled.jvm.LoweredCode.FLOAT_SHIFT;
import static org.tornadomla.bundled.jvm.LoweredCode.ORDER;
import static org.tornadomla.bundled.jvm.LoweredCode.SPECIES;
import static org.tornadomla.bundled.jvm.LoweredCode.VECTORS;
import static org.tornadomla.bundled.jvm.LoweredCode.WIDTH_SHIFT;
import static org.tornadomla.bundled.jvm.LoweredTypes.SEGMENT;
import static org.tornadomla.bundled.jvm.LoweredTypes.VECTOR;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.tornadomla.bundled.bytecode.Widening;

/**
 * Emits the code of vectors of ints, and of narrow numbers that become floats: bytes, half bytes, bfloat16, halves.
 */
final class LoweredIntegers {

    private static final ClassDesc INTS = ClassDesc.of("jdk.incubator.vector.IntVector");
    private static final ClassDesc SHORTS = ClassDesc.of("jdk.incubator.vector.ShortVector");
    private static final ClassDesc MASK = ClassDesc.of("jdk.incubator.vector.VectorMask");
    private static final ClassDesc OPERATORS = ClassDesc.of("jdk.incubator.vector.VectorOperators");
    private static final ClassDesc BINARY = OPERATORS.nested("Binary");
    private static final ClassDesc ASSOCIATIVE = OPERATORS.nested("Associative");
    private static final ClassDesc CONVERSION = OPERATORS.nested("Conversion");
    private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");

    /** Fraction bits of a float that a half does not have. */
    private static final int HALF_SHIFT = 13;
    private static final float HALF_SCALE = 0x1p112f;
    /** The power of two above the largest half. */
    private static final float BEYOND_HALVES = 0x1p16f;

    private final LoweredCode code;
    private final CodeBuilder out;
    private final int valueSlot;

    LoweredIntegers(LoweredCode code) {
        this.code = code;
        this.out = code.out();
        this.valueSlot = code.valueSlot();
    }

    /**
     * Memory, index, shift: the floats equal to the upper bits of sixteen ints after the shift to the left.
     *
     * @param bits of a number, its sign included
     */
    void getIntegers(int bits) {
        out.istore(valueSlot);
        code.saveMemory(FLOAT_SHIFT + WIDTH_SHIFT);
        code.result(part -> {
            shiftedInts(part);
            out.getstatic(OPERATORS, "ASHR", BINARY);
            out.loadConstant(Integer.SIZE - bits);
            out.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
            toFloats();
        });
    }

    /** Memory, index, shift: the floats whose upper halves are those of sixteen ints after the shift to the left. */
    void getBfloats() {
        out.istore(valueSlot);
        code.saveMemory(FLOAT_SHIFT + WIDTH_SHIFT);
        code.result(part -> {
            shiftedInts(part);
            out.loadConstant(-1 << Short.SIZE);
            out.invokevirtual(INTS, "and", MethodTypeDesc.of(INTS, CD_int));
            out.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(VECTOR));
        });
    }

    /**
     * Memory, index, shift: the numbers in E4M3 that the upper bytes of sixteen ints are after the shift to the left.
     */
    void getFloat8s() {
        out.istore(valueSlot);
        code.saveMemory(FLOAT_SHIFT + WIDTH_SHIFT);
        code.result(part -> {
            shiftedInts(part);
            out.getstatic(OPERATORS, "ASHR", BINARY);
            out.loadConstant(4);
            out.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
            out.loadConstant(Widening.FLOAT8_MASK);
            out.invokevirtual(INTS, "and", MethodTypeDesc.of(INTS, CD_int));
            out.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(VECTOR));
            out.loadConstant(Widening.FLOAT8_SCALE);
            out.invokevirtual(VECTOR, "mul", MethodTypeDesc.of(VECTOR, CD_float));
        });
    }

    /**
     * Memory, index: the floats equal to sixteen halves. Their bits stand 13 places higher in a float, whose exponents
     * begin 112 lower; the product with a power of two is right for all but infinities and NaN, which keep an exponent
     * of ones.
     */
    void getHalves() {
        code.saveMemory(1);
        code.result(part -> {
            out.getstatic(VECTORS, "SHORTS", SPECIES);
            code.address(part, Short.BYTES);
            out.invokestatic(SHORTS, "fromMemorySegment", MethodTypeDesc.of(SHORTS, SPECIES, SEGMENT, CD_long, ORDER));
            widenHalves();
        });
    }

    private void widenHalves() {
        out.getstatic(OPERATORS, "S2I", CONVERSION);
        out.getstatic(VECTORS, "INTS", SPECIES);
        out.iconst_0();
        out.invokevirtual(SHORTS, "convertShape", MethodTypeDesc.of(ANY_VECTOR, CONVERSION, SPECIES, CD_int));
        out.checkcast(INTS);
        out.getstatic(OPERATORS, "LSHL", BINARY);
        out.loadConstant(HALF_SHIFT);
        out.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
        out.loadConstant(Integer.MIN_VALUE | Short.MAX_VALUE << HALF_SHIFT);
        out.invokevirtual(INTS, "and", MethodTypeDesc.of(INTS, CD_int));
        out.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(VECTOR));
        out.loadConstant(HALF_SCALE);
        out.invokevirtual(VECTOR, "mul", MethodTypeDesc.of(VECTOR, CD_float));
        out.invokevirtual(VECTOR, "reinterpretAsInts", MethodTypeDesc.of(INTS));
        out.dup();
        out.loadConstant(Integer.MAX_VALUE);
        out.invokevirtual(INTS, "and", MethodTypeDesc.of(INTS, CD_int));
        out.getstatic(OPERATORS, "GE", COMPARISON);
        out.loadConstant(Float.floatToRawIntBits(BEYOND_HALVES));
        out.invokevirtual(INTS, "compare", MethodTypeDesc.of(MASK, COMPARISON, CD_int));
        out.astore(valueSlot);
        out.getstatic(OPERATORS, "OR", ASSOCIATIVE);
        out.loadConstant(Float.floatToRawIntBits(Float.POSITIVE_INFINITY));
        out.aload(valueSlot);
        out.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int, MASK));
        out.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(VECTOR));
    }

    /** Int: sixteen of it, in the bits of floats. */
    void splatInts() {
        out.getstatic(VECTORS, "INTS", SPECIES);
        out.swap();
        out.invokestatic(INTS, "broadcast", MethodTypeDesc.of(INTS, SPECIES, CD_int));
        bitsAsFloats();
        code.sameInAll();
    }

    private void bitsAsFloats() {
        out.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(VECTOR));
        code.cast();
    }

    /** Sixteen ints in the bits of floats: the floats equal to them. */
    void floatsOfInts() {
        int[] ints = code.values().pop();
        code.result(part -> {
            out.aload(ints[part]);
            out.invokevirtual(VECTOR, "reinterpretAsInts", MethodTypeDesc.of(INTS));
            toFloats();
        });
    }

    private void toFloats() {
        out.getstatic(OPERATORS, "I2F", CONVERSION);
        out.iconst_0();
        out.invokevirtual(INTS, "convert", MethodTypeDesc.of(ANY_VECTOR, CONVERSION, CD_int));
        code.cast();
    }

    /**
     * Sums in the bits of floats, memory, index, shift, mask, four bytes in an int: the sums with the products of these
     * and the masked parts of the sixteen ints, a byte apart, added.
     */
    void dots() {
        int bytes = valueSlot;
        int mask = valueSlot + 1;
        int right = valueSlot + 2;
        int weights = valueSlot + 3;
        out.istore(bytes);
        out.istore(mask);
        out.istore(right);
        code.saveMemory(FLOAT_SHIFT + WIDTH_SHIFT);
        int[] sums = code.values().pop();
        code.result(part -> {
            loadInts(part);
            out.astore(weights);
            out.aload(sums[part]);
            out.invokevirtual(VECTOR, "reinterpretAsInts", MethodTypeDesc.of(INTS));
            for (int bits = 0; bits < Integer.SIZE; bits += Byte.SIZE) {
                out.aload(weights);
                out.getstatic(OPERATORS, "ASHR", BINARY);
                out.iload(right);
                out.loadConstant(bits);
                out.iadd();
                out.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
                out.iload(mask);
                out.invokevirtual(INTS, "and", MethodTypeDesc.of(INTS, CD_int));
                out.iload(bytes);
                out.loadConstant(Integer.SIZE - Byte.SIZE - bits);
                out.ishl();
                out.loadConstant(Integer.SIZE - Byte.SIZE);
                out.ishr();
                out.invokevirtual(INTS, "mul", MethodTypeDesc.of(INTS, CD_int));
                out.invokevirtual(INTS, "add", MethodTypeDesc.of(INTS, ANY_VECTOR));
            }
            bitsAsFloats();
        });
    }

    /** A register of the ints at the offset, shifted to the left. */
    private void shiftedInts(int part) {
        loadInts(part);
        out.getstatic(OPERATORS, "LSHL", BINARY);
        out.iload(valueSlot);
        out.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
    }

    private void loadInts(int part) {
        out.getstatic(VECTORS, "INTS", SPECIES);
        code.address(part, Integer.BYTES);
        out.invokestatic(INTS, "fromMemorySegment", MethodTypeDesc.of(INTS, SPECIES, SEGMENT, CD_long, ORDER));
    }

    /** Sixteen ints: the vector of them, in the bits of floats. */
    void ofInts(MethodTypeDesc constructor) {
        out.invokestatic(VECTORS, "of", constructor.changeReturnType(CD_int.arrayType()));
        out.iconst_0();
        code.saveArray();
        code.result(part -> {
            out.getstatic(VECTORS, "INTS", SPECIES);
            code.element(part);
            out.invokestatic(INTS, "fromArray", MethodTypeDesc.of(INTS, SPECIES, CD_int.arrayType(), CD_int));
            bitsAsFloats();
        });
    }
}
