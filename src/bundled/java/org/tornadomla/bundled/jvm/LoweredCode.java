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
import java.util.Collections;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Emits the code of memory accesses and vector operations. Vectors come from {@link VectorValues} and go there; what
 * methods here say of a stack is the original's. The code calls the JDK directly: those methods are inlined whatever
 * the size of the kernel, methods of our own are not, and a vector that goes through a call becomes an object on every
 * round of the loop that carries it.
 */
final class LoweredCode {

    /** Local variable slots that emitted code uses for itself. */
    static final int SCRATCH_SLOTS = 7;

    static final ClassDesc VECTORS = ClassDesc.of("org.tornadomla.bundled.jvm.Vectors");
    static final ClassDesc ANY_VECTOR = ClassDesc.of("jdk.incubator.vector.Vector");

    static final ClassDesc SPECIES = ClassDesc.of("jdk.incubator.vector.VectorSpecies");
    private static final ClassDesc SHUFFLE = ClassDesc.of("jdk.incubator.vector.VectorShuffle");
    static final ClassDesc ORDER = LoweredTypes.desc(ByteOrder.class);
    private static final ClassDesc LAYOUTS = LoweredTypes.desc(ValueLayout.class);
    private static final ClassDesc FLOATS = CD_float.arrayType();
    static final int FLOAT_SHIFT = 2;
    /** The logarithm of a vector's floats. */
    static final int WIDTH_SHIFT = Integer.numberOfTrailingZeros(VectorUnit.WIDTH);

    private final CodeBuilder out;
    private final VectorValues values;
    private final int offsetSlot;
    private final int arraySlot;
    private final int valueSlot;

    /** Emits into {@code out}; {@link #SCRATCH_SLOTS} slots from {@code scratch} on are free. */
    LoweredCode(CodeBuilder out, VectorValues values, int scratch) {
        this.out = out;
        this.values = values;
        this.offsetSlot = scratch;
        this.arraySlot = scratch + 2;
        this.valueSlot = scratch + 3;
    }

    CodeBuilder out() {
        return out;
    }

    VectorValues values() {
        return values;
    }

    /** The first of four slots for what an operation keeps beside memory and offset. */
    int valueSlot() {
        return valueSlot;
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
    void getVector(boolean vectors) {
        saveMemory(vectors ? FLOAT_SHIFT + WIDTH_SHIFT : FLOAT_SHIFT);
        result(part -> {
            out.getstatic(VECTORS, "FLOATS", SPECIES);
            address(part, Float.BYTES);
            out.invokestatic(VECTOR, "fromMemorySegment", MethodTypeDesc.of(VECTOR, SPECIES, SEGMENT, CD_long, ORDER));
        });
    }

    /** Memory, index: nothing; they are kept for {@link #address}. */
    void saveMemory(int shift) {
        saveOffset(shift);
        out.astore(arraySlot);
    }

    /** Pushes memory, offset and order of a register of elements of some bytes. */
    void address(int part, int bytes) {
        out.aload(arraySlot);
        out.lload(offsetSlot);
        if (part > 0) {
            out.loadConstant((long) part * VectorUnit.LANES * bytes);
            out.ladd();
        }
        out.getstatic(VECTORS, "ORDER", ORDER);
    }

    /** Memory, index, vector: nothing. {@code vectors} tells whether the index counts vectors, not floats. */
    void setVector(boolean vectors) {
        saveMemory(vectors ? FLOAT_SHIFT + WIDTH_SHIFT : FLOAT_SHIFT);
        int[] value = values.pop();
        for (int part = 0; part < value.length; part++) {
            out.aload(value[part]);
            address(part, Float.BYTES);
            out.invokevirtual(VECTOR, "intoMemorySegment", LoweredTypes.procedure(SEGMENT, CD_long, ORDER));
        }
    }

    /** Array of floats, index: the vector. */
    void loadVector() {
        saveArray();
        result(part -> {
            out.getstatic(VECTORS, "FLOATS", SPECIES);
            element(part);
            out.invokestatic(VECTOR, "fromArray", MethodTypeDesc.of(VECTOR, SPECIES, FLOATS, CD_int));
        });
    }

    /** Array of floats, index, vector: nothing. */
    void storeVector() {
        saveArray();
        int[] value = values.pop();
        for (int part = 0; part < value.length; part++) {
            out.aload(value[part]);
            element(part);
            out.invokevirtual(VECTOR, "intoArray", LoweredTypes.procedure(FLOATS, CD_int));
        }
    }

    void saveArray() {
        out.istore(offsetSlot);
        out.astore(arraySlot);
    }

    void element(int part) {
        out.aload(arraySlot);
        out.iload(offsetSlot);
        if (part > 0) {
            out.loadConstant(part * VectorUnit.LANES);
            out.iadd();
        }
    }

    /** Sixteen floats: the vector of them. */
    void ofLanes(MethodTypeDesc constructor) {
        out.invokestatic(VECTORS, "of", constructor.changeReturnType(FLOATS));
        out.iconst_0();
        loadVector();
    }

    /** Float: the vector with it in every lane. */
    void broadcast() {
        register();
        sameInAll();
    }

    private void register() {
        out.getstatic(VECTORS, "FLOATS", SPECIES);
        out.swap();
        out.invokestatic(VECTOR, "broadcast", MethodTypeDesc.of(VECTOR, SPECIES, CD_float));
        cast();
    }

    /** Pushes a vector of zeros. */
    void zero() {
        out.getstatic(VECTORS, "FLOATS", SPECIES);
        out.invokestatic(VECTOR, "zero", MethodTypeDesc.of(VECTOR, SPECIES));
        cast();
        sameInAll();
    }

    /** A register: the vector whose parts it is. */
    void sameInAll() {
        int[] registers = values.same();
        out.astore(registers[0]);
        values.push(registers);
    }

    /**
     * Registers of unknown class: their class is known to the just-in-time compiler; {@link VectorLocals} tells why.
     */
    void cast(int[] registers) {
        for (int register : registers) {
            out.aload(register);
            cast();
            out.astore(register);
        }
    }

    void cast() {
        out.getstatic(VECTORS, "FLOATS_CLASS", ConstantDescs.CD_Class);
        out.swap();
        out.invokevirtual(ConstantDescs.CD_Class, "cast",
                MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object));
        out.checkcast(VECTOR);
    }

    /** Vector, vector: their combination; the second may be one float. */
    void combine(String operation, boolean scalar) {
        if (scalar) {
            out.fstore(valueSlot);
        }
        int[] b = scalar ? null : values.pop();
        int[] a = values.pop();
        result(part -> {
            out.aload(a[part]);
            if (scalar) {
                out.fload(valueSlot);
            } else {
                out.aload(b[part]);
            }
            out.invokevirtual(VECTOR, operation, MethodTypeDesc.of(VECTOR, scalar ? CD_float : ANY_VECTOR));
        });
    }

    /** Sum, factor, factor: the sum with the product added, rounded once; the second factor may be one float. */
    void fuse(boolean scalar) {
        if (scalar) {
            broadcast();
        }
        int[] b = values.pop();
        int[] a = values.pop();
        int[] sum = values.pop();
        result(part -> {
            out.aload(a[part]);
            out.aload(b[part]);
            out.aload(sum[part]);
            out.invokevirtual(VECTOR, "fma", MethodTypeDesc.of(VECTOR, ANY_VECTOR, ANY_VECTOR));
        });
    }

    /** Stores each register of a result, which {@code register} pushes, and pushes the vector. */
    void result(IntConsumer register) {
        int[] registers = values.destination();
        for (int part = 0; part < registers.length; part++) {
            register.accept(part);
            out.astore(registers[part]);
        }
        values.push(registers);
    }

    /** Vector, vector: the sum of the products of their lanes, from the first to the last. */
    void dot() {
        int[] b = values.pop();
        int[] a = values.pop();
        // The only number that changes no sum.
        out.loadConstant(-0f);
        for (int part = 0; part < a.length; part++) {
            out.aload(a[part]);
            out.aload(b[part]);
            out.invokestatic(VECTORS, "dot", MethodTypeDesc.of(CD_float, CD_float, VECTOR, VECTOR));
        }
    }

    /** Vector: a lane. */
    void lane(int lane) {
        out.aload(values.pop()[lane / VectorUnit.LANES]);
        out.loadConstant(lane % VectorUnit.LANES);
        lane();
    }

    /** Vector, index: the lane. */
    void anyLane() {
        int[] value = values.pop();
        for (int register : value) {
            out.aload(register);
        }
        out.invokestatic(VECTORS, "lane", MethodTypeDesc.of(CD_float, CD_int).insertParameterTypes(1,
                Collections.nCopies(value.length, VECTOR).toArray(ClassDesc[]::new)));
    }

    private void lane() {
        out.invokevirtual(VECTOR, "lane", MethodTypeDesc.of(CD_float, CD_int));
    }

    /** Vector of sixteen floats: the sum of its lanes as a tree, upper half onto lower half, four times. */
    void sumTree() {
        int[] value = values.pop();
        sumParts(value, 0, value.length, 1);
        for (int half = VectorUnit.LANES / 2; half > 1; half /= 2) {
            out.dup();
            out.getstatic(VECTORS, "FROM_" + half, SHUFFLE);
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

    /** Pushes the sum of the registers from {@code first} on in steps of {@code stride}, upper half onto lower half. */
    private void sumParts(int[] value, int first, int count, int stride) {
        if (count == 1) {
            out.aload(value[first]);
            return;
        }
        sumParts(value, first, count / 2, 2 * stride);
        sumParts(value, first + stride, count / 2, 2 * stride);
        out.invokevirtual(VECTOR, "add", MethodTypeDesc.of(VECTOR, ANY_VECTOR));
    }

    /** Memory: a number instead. */
    void constant(int value) {
        out.pop();
        out.loadConstant(value);
    }

    /** Vector: a number instead. */
    void constantOfVector(int value) {
        values.pop();
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
