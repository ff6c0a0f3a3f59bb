package org.tornadomla.bundled.jvm;

import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/**
 * What API types become in a lowered kernel: arrays their memory, vectors registers, the context a work-item. Vectors
 * keep out of the way of the objects that they are in Java: an accumulator carried round a loop allocates nothing.
 */
final class LoweredTypes {

    static final ClassDesc SEGMENT = desc(MemorySegment.class);
    static final ClassDesc VECTOR = ClassDesc.of("jdk.incubator.vector.FloatVector");
    static final ClassDesc ITEM = desc(WorkItem.class);
    static final ClassDesc CONTEXT = desc(KernelContext.class);

    /**
     * Vectors of ints: helpers that load and convert them are lowered as a whole, see
     * {@link org.tornadomla.bundled.bytecode.LaneShapes}.
     */
    static final ClassDesc INT_VECTORS = desc(VectorInt16.class);

    /** Halves: helpers that load sixteen are lowered as a whole too. */
    static final ClassDesc HALVES = desc(HalfFloatArray.class);
    static final ClassDesc HALF = desc(HalfFloat.class);

    /** Element kind of each array class. */
    private static final Map<ClassDesc, TypeKind> ARRAYS = Map.of(desc(ByteArray.class), TypeKind.BYTE, HALVES,
            TypeKind.SHORT, desc(IntArray.class), TypeKind.INT, desc(FloatArray.class), TypeKind.FLOAT);

    /** Lanes of each vector collection. */
    private static final Map<ClassDesc, Integer> COLLECTIONS = Map.of(desc(VectorFloat16.class), 16, INT_VECTORS, 16);

    /** A vector of ints, whose bits stand in one of floats; helpers that compute with it are lowered as a whole. */
    static final ClassDesc INT_VECTOR = desc(Int16.class);

    /** Lanes of each vector. */
    private static final Map<ClassDesc, Integer> VECTORS = Map.of(desc(Float16.class), 16, INT_VECTOR, 16);

    private LoweredTypes() {
    }

    static ClassDesc desc(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    /** Element kind of a native array class, or null. */
    static TypeKind elements(ClassDesc type) {
        return ARRAYS.get(type);
    }

    /** Lanes of a vector collection, or 0. */
    static int collectionLanes(ClassDesc type) {
        return COLLECTIONS.getOrDefault(type, 0);
    }

    /** Lanes of a vector, or 0. */
    static int vectorLanes(ClassDesc type) {
        return VECTORS.getOrDefault(type, 0);
    }

    /**
     * The lowered form of a type; the type itself when it has none.
     *
     * @throws Unlowerable for a vector that the machine has no registers for
     */
    static ClassDesc lowered(ClassDesc type) {
        if (type.isArray()) {
            return lowered(type.componentType()).arrayType();
        }
        if (VectorUnit.PARTS == 0 && (vectorLanes(type) > 0 || collectionLanes(type) > 0)) {
            throw new Unlowerable(type.displayName() + " where " + VectorUnit.reason());
        }
        if (ARRAYS.containsKey(type) || COLLECTIONS.containsKey(type)) {
            return SEGMENT;
        }
        if (VECTORS.containsKey(type)) {
            return VECTOR;
        }
        return type.equals(CONTEXT) ? ITEM : type;
    }

    /**
     * The lowered form of a method's type. The first register of a vector stands in its parameter's place, further ones
     * behind all parameters.
     *
     * @throws Unlowerable when the method returns a vector of several registers
     */
    static MethodTypeDesc lowered(MethodTypeDesc type) {
        if (vectorLanes(type.returnType()) > 0 && VectorUnit.PARTS > 1) {
            throw new Unlowerable("a method that returns a vector of " + VectorUnit.PARTS + " registers");
        }
        MethodTypeDesc result = type.changeReturnType(lowered(type.returnType()));
        for (int index = 0; index < type.parameterCount(); index++) {
            result = result.changeParameterType(index, lowered(type.parameterType(index)));
        }
        for (int further = furtherRegisters(type); further > 0; further--) {
            result = result.insertParameterTypes(result.parameterCount(), VECTOR);
        }
        return result;
    }

    /** Registers of vectors among the parameters of a method, but for the first of each. */
    static int furtherRegisters(MethodTypeDesc type) {
        long vectors = type.parameterList().stream().filter(parameter -> vectorLanes(parameter) > 0).count();
        return Math.toIntExact(vectors * Math.max(0, VectorUnit.PARTS - 1));
    }

    /** Whether a vector goes in or out of a method of this type. */
    static boolean passesVectors(MethodTypeDesc type) {
        return vectorLanes(type.returnType()) > 0
                || type.parameterList().stream().anyMatch(parameter -> vectorLanes(parameter) > 0);
    }

    /** {@code void} of parameters of the given types. */
    static MethodTypeDesc procedure(ClassDesc... parameters) {
        return MethodTypeDesc.of(ConstantDescs.CD_void, parameters);
    }
}
