package org.tornadomla.bundled.jvm;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.tornadomla.bundled.jvm.LoweredTypes.SEGMENT;
import static org.tornadomla.bundled.jvm.LoweredTypes.VECTOR;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * Emits the code of memory accesses and vector operations. It calls the JDK directly: those methods are inlined
 * whatever the size of the kernel, methods of our own are not, and a vector that goes through a call becomes an object
 * on every round of the loop that carries it.
 */
final class LoweredCode {

    /** Local variable slots that emitted code uses for itself. */
    static final int SCRATCH_SLOTS = 6;

    static final ClassDesc VECTORS = ClassDesc.of("org.tornadomla.bundled.jvm.Vectors");
    static final ClassDesc ANY_VECTOR = ClassDesc.of("jdk.incubator.vector.Vector");

    private static final ClassDesc SPECIES = ClassDesc.of("jdk.incubator.vector.VectorSpecies");
    private static final ClassDesc INTS = ClassDesc.of("jdk.incubator.vector.IntVector");
    private static final ClassDesc SHORTS = ClassDesc.of("jdk.incubator.vector.ShortVector");
    private static final ClassDesc MASK = ClassDesc.of("jdk.incubator.vector.VectorMask");
    private static final ClassDesc OPERATORS = ClassDesc.of("jdk.incubator.vector.VectorOperators");
    private static final ClassDesc BINARY = OPERATORS.nested("Binary");
    private static final ClassDesc ASSOCIATIVE = OPERATORS.nested("Associative");
    private static final ClassDesc CONVERSION = OPERATORS.nested("Conversion");
    private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
    private static final ClassDesc SHUFFLE = ClassDesc.of("jdk.incubator.vector.VectorShuffle");
    private static final ClassDesc ORDER = LoweredTypes.desc(ByteOrder.class);
    private static final ClassDesc LAYOUTS = LoweredTypes.desc(ValueLayout.class);
    private static final ClassDesc FLOATS = CD_float.arrayType();
    private static final int FLOAT_SHIFT = 2;
    /** Fraction bits of a float that a half does not have. */
    private static final int HALF_SHIFT = 13;
    private static final float HALF_SCALE = 0x1p112f;
    /** The power of two above the largest half. */
    private static final float BEYOND_HALVES = 0x1p16f;
    private static final int INT_LANES = 16;

    private final CodeBuilder out;
    private final int offsetSlot;
    private final int valueSlot;

    /** Emits into {@code out}; {@link #SCRATCH_SLOTS} slots from {@code scratch} on are free. */
    LoweredCode(CodeBuilder out, int scratch) {
        this.out = out;
        this.offsetSlot = scratch;
        this.valueSlot = scratch + 2;
    }

    CodeBuilder out() {
        return out;
    }

    private void saveOffset(int shift) {
        out.i2l();
        if (shift > 0) {
            out.loadConstant(shift);
            out.lshl();
        }
        out.lstore(offsetSlot);
    }

    /** Memory, index: the element. */
    void getElement(TypeKind kind) {
        saveOffset(shift(kind));
        layout(kind);
        out.lload(offsetSlot);
        out.invokeinterface(SEGMENT, "get", MethodTypeDesc.of(kind.upperBound(), layoutType(kind), CD_long));
    }

    /** Memory, index, element: nothing. */
    void setElement(TypeKind kind) {
        out.storeLocal(kind, valueSlot);
        saveOffset(shift(kind));
        layout(kind);
        out.lload(offsetSlot);
        out.loadLocal(kind, valueSlot);
        out.invokeinterface(SEGMENT, "set", LoweredTypes.procedure(layoutType(kind), CD_long, kind.upperBound()));
    }

    /** Memory: the number of elements of {@code 1 << shift} bytes. */
    void size(int shift) {
        out.invokeinterface(SEGMENT, "byteSize", MethodTypeDesc.of(CD_long));
        out.loadConstant(shift);
        out.lshr();
        out.l2i();
    }

    static int shift(TypeKind kind) {
        return switch (kind) {
            case BYTE -> 0;
            case SHORT -> 1;
            case LONG, DOUBLE -> 3;
            default -> 2;
        };
    }

    private void layout(TypeKind kind) {
        String name = "JAVA_" + kind.name() + (kind == TypeKind.BYTE ? "" : "_UNALIGNED");
        out.getstatic(LAYOUTS, name, layoutType(kind));
    }

    private static ClassDesc layoutType(TypeKind kind) {
        String name = kind.name();
        return LAYOUTS.nested("Of" + name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT));
    }

    /** Memory, index: the vector. {@code vectors} tells whether the index counts vectors, not floats. */
    void getVector(int lanes, boolean vectors) {
        saveOffset(vectors ? FLOAT_SHIFT + Integer.numberOfTrailingZeros(lanes) : FLOAT_SHIFT);
        species(lanes);
        out.swap();
        out.lload(offsetSlot);
        order();
        out.invokestatic(VECTOR, "fromMemorySegment", MethodTypeDesc.of(VECTOR, SPECIES, SEGMENT, CD_long, ORDER));
    }

    /**
     * Memory, index, shift: the floats equal to the upper bits of sixteen ints after the shift to the left.
     *
     * @param bits of a number, its sign included
     */
    void getIntegers(int bits) {
        getInts();
        out.getstatic(OPERATORS, "ASHR", BINARY);
        out.loadConstant(Integer.SIZE - bits);
        out.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
        toFloats();
    }

    /** Memory, index, shift: the floats whose upper halves are those of sixteen ints after the shift to the left. */
    void getBfloats() {
        getInts();
        out.loadConstant(-1 << Short.SIZE);
        out.invokevirtual(INTS, "and", MethodTypeDesc.of(INTS, CD_int));
        out.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(VECTOR));
    }

    /**
     * Memory, index: the floats equal to sixteen halves. Their bits stand 13 places higher in a float, whose exponents
     * begin 112 lower; the product with a power of two is right for all but infinities and NaN, which keep an exponent
     * of ones.
     */
    void getHalves() {
        saveOffset(1);
        out.getstatic(VECTORS, "SHORTS_16", SPECIES);
        out.swap();
        out.lload(offsetSlot);
        order();
        out.invokestatic(SHORTS, "fromMemorySegment", MethodTypeDesc.of(SHORTS, SPECIES, SEGMENT, CD_long, ORDER));
        out.getstatic(OPERATORS, "S2I", CONVERSION);
        out.getstatic(VECTORS, "INTS_16", SPECIES);
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
        out.istore(valueSlot);
        out.getstatic(VECTORS, "INTS_16", SPECIES);
        out.iload(valueSlot);
        out.invokestatic(INTS, "broadcast", MethodTypeDesc.of(INTS, SPECIES, CD_int));
        bitsAsFloats();
    }

    private void bitsAsFloats() {
        out.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(VECTOR));
        cast(INT_LANES);
    }

    /** Sixteen ints in the bits of floats: the floats equal to them. */
    void floatsOfInts() {
        out.invokevirtual(VECTOR, "reinterpretAsInts", MethodTypeDesc.of(INTS));
        toFloats();
    }

    private void toFloats() {
        out.getstatic(OPERATORS, "I2F", CONVERSION);
        out.iconst_0();
        out.invokevirtual(INTS, "convert", MethodTypeDesc.of(ANY_VECTOR, CONVERSION, CD_int));
        cast(INT_LANES);
    }

    /**
     * Sums in the bits of floats, memory, index, shift, mask, four bytes in an int: the sums with the products of these
     * and the masked parts of the sixteen ints, a byte apart, added.
     */
    void dots() {
        int mask = valueSlot + 1;
        out.istore(valueSlot);
        out.istore(mask);
        out.istore(valueSlot + 2);
        saveOffset(FLOAT_SHIFT + Integer.numberOfTrailingZeros(INT_LANES));
        loadInts();
        out.astore(valueSlot + 3);
        out.invokevirtual(VECTOR, "reinterpretAsInts", MethodTypeDesc.of(INTS));
        for (int bits = 0; bits < Integer.SIZE; bits += Byte.SIZE) {
            out.aload(valueSlot + 3);
            out.getstatic(OPERATORS, "ASHR", BINARY);
            out.iload(valueSlot + 2);
            out.loadConstant(bits);
            out.iadd();
            out.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
            out.iload(mask);
            out.invokevirtual(INTS, "and", MethodTypeDesc.of(INTS, CD_int));
            out.iload(valueSlot);
            out.loadConstant(Integer.SIZE - Byte.SIZE - bits);
            out.ishl();
            out.loadConstant(Integer.SIZE - Byte.SIZE);
            out.ishr();
            out.invokevirtual(INTS, "mul", MethodTypeDesc.of(INTS, CD_int));
            out.invokevirtual(INTS, "add", MethodTypeDesc.of(INTS, ANY_VECTOR));
        }
        bitsAsFloats();
    }

    private void getInts() {
        out.istore(valueSlot);
        saveOffset(FLOAT_SHIFT + Integer.numberOfTrailingZeros(INT_LANES));
        loadInts();
        out.getstatic(OPERATORS, "LSHL", BINARY);
        out.iload(valueSlot);
        out.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
    }

    /** Memory: the sixteen ints at the offset. */
    private void loadInts() {
        out.getstatic(VECTORS, "INTS_16", SPECIES);
        out.swap();
        out.lload(offsetSlot);
        order();
        out.invokestatic(INTS, "fromMemorySegment", MethodTypeDesc.of(INTS, SPECIES, SEGMENT, CD_long, ORDER));
    }

    /** Memory, index, vector: nothing. {@code vectors} tells whether the index counts vectors, not floats. */
    void setVector(int lanes, boolean vectors) {
        out.astore(valueSlot);
        saveOffset(vectors ? FLOAT_SHIFT + Integer.numberOfTrailingZeros(lanes) : FLOAT_SHIFT);
        out.aload(valueSlot);
        out.swap();
        out.lload(offsetSlot);
        order();
        out.invokevirtual(VECTOR, "intoMemorySegment", LoweredTypes.procedure(SEGMENT, CD_long, ORDER));
    }

    private void order() {
        out.getstatic(VECTORS, "ORDER", ORDER);
    }

    /** Array of floats, index: the vector. */
    void loadVector(int lanes) {
        out.istore(offsetSlot);
        species(lanes);
        out.swap();
        out.iload(offsetSlot);
        out.invokestatic(VECTOR, "fromArray", MethodTypeDesc.of(VECTOR, SPECIES, FLOATS, CD_int));
    }

    /** Array of floats, index, vector: nothing. */
    void storeVector() {
        out.astore(valueSlot);
        out.istore(offsetSlot);
        out.aload(valueSlot);
        out.swap();
        out.iload(offsetSlot);
        out.invokevirtual(VECTOR, "intoArray", LoweredTypes.procedure(FLOATS, CD_int));
    }

    /** Vector, array or memory, index: the same with the vector on top. */
    void vectorToTop() {
        out.istore(offsetSlot);
        out.swap();
        out.iload(offsetSlot);
        out.swap();
    }

    /** Pushes the shape of a vector; {@link #broadcast} follows when the lanes' value is pushed. */
    void species(int lanes) {
        out.getstatic(VECTORS, "LANES_" + lanes, SPECIES);
    }

    /** Shape, value: the vector. */
    void broadcast(int lanes) {
        out.invokestatic(VECTOR, "broadcast", MethodTypeDesc.of(VECTOR, SPECIES, CD_float));
        cast(lanes);
    }

    /**
     * Vector of unknown class: the vector, whose class is known to the just-in-time compiler; {@link VectorLocals}
     * tells why.
     */
    void cast(int lanes) {
        out.getstatic(VECTORS, "CLASS_OF_" + lanes, ConstantDescs.CD_Class);
        out.swap();
        out.invokevirtual(ConstantDescs.CD_Class, "cast",
                MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object));
        out.checkcast(VECTOR);
    }

    /** Pushes a vector of zeros. */
    void zero(int lanes) {
        species(lanes);
        out.invokestatic(VECTOR, "zero", MethodTypeDesc.of(VECTOR, SPECIES));
        cast(lanes);
    }

    /** Sum, factor, factor: the sum with the product added, rounded once; the second factor may be one float. */
    void fuse(int lanes, boolean scalar) {
        if (scalar) {
            out.fstore(valueSlot);
            species(lanes);
            out.fload(valueSlot);
            broadcast(lanes);
        }
        out.dup2_x1();
        out.pop2();
        out.invokevirtual(VECTOR, "fma", MethodTypeDesc.of(VECTOR, ANY_VECTOR, ANY_VECTOR));
    }

    /** Vector, index: the lane. */
    void lane() {
        out.invokevirtual(VECTOR, "lane", MethodTypeDesc.of(CD_float, CD_int));
    }

    /** Vector of sixteen floats: the sum of its lanes as a tree, upper half onto lower half, four times. */
    void sumTree() {
        for (String part : new String[]{"HALF_OF_16", "QUARTER_OF_16", "EIGHTH_OF_16"}) {
            out.dup();
            out.getstatic(VECTORS, part, SHUFFLE);
            out.invokevirtual(VECTOR, "rearrange", MethodTypeDesc.of(VECTOR, SHUFFLE));
            out.invokevirtual(VECTOR, "add", MethodTypeDesc.of(VECTOR, ANY_VECTOR));
        }
        out.dup();
        out.iconst_0();
        lane();
        out.swap();
        out.iconst_1();
        lane();
        out.fadd();
    }

    /** Any value: a constant instead. */
    void constant(int value) {
        out.pop();
        out.loadConstant(value);
    }

    /** The bits of a half: Java's object of it. */
    void boxHalf() {
        out.new_(LoweredTypes.HALF);
        out.dup_x1();
        out.swap();
        out.invokespecial(LoweredTypes.HALF, ConstantDescs.INIT_NAME, LoweredTypes.procedure(ConstantDescs.CD_short));
    }

    /** Java's object of a half: its bits. */
    void unboxHalf() {
        out.invokevirtual(LoweredTypes.HALF, "getHalfFloatValue", MethodTypeDesc.of(ConstantDescs.CD_short));
    }

    /** Boxed index: Java's own object of it. */
    void boxInteger() {
        out.invokestatic(ConstantDescs.CD_Integer, "valueOf", MethodTypeDesc.of(ConstantDescs.CD_Integer, CD_int));
    }
}
