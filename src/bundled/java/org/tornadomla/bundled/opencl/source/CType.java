package org.tornadomla.bundled.opencl.source;

import java.util.Map;

/**
 * The type of a value in generated code.
 *
 * @param kind    what it is
 * @param element the C type of an array's or vector's elements, else null
 * @param space   the address space of an array, with a blank behind it; empty for private memory
 * @param width   lanes of a vector, or of the vectors that are an array's elements; 1 for scalars
 */
record CType(Kind kind, String element, String space, int width) {

    enum Kind {
        INT,
        LONG,
        FLOAT,
        DOUBLE,
        HALF,
        VECTOR,
        ARRAY,
        CONTEXT,
        VOID,
        OTHER
    }

    static final CType INT = new CType(Kind.INT, null, "", 1);
    static final CType LONG = new CType(Kind.LONG, null, "", 1);
    static final CType FLOAT = new CType(Kind.FLOAT, null, "", 1);
    static final CType DOUBLE = new CType(Kind.DOUBLE, null, "", 1);
    /** A 16-bit float; held as the float of the same value. */
    static final CType HALF = new CType(Kind.HALF, null, "", 1);
    static final CType CONTEXT = new CType(Kind.CONTEXT, null, "", 1);
    static final CType VOID = new CType(Kind.VOID, null, "", 1);

    static final String ARRAYS = "uk.ac.manchester.tornado.api.types.arrays.";
    static final String COLLECTIONS = "uk.ac.manchester.tornado.api.types.collections.";
    static final String VECTORS = "uk.ac.manchester.tornado.api.types.vectors.";
    static final String KERNEL_CONTEXT = "uk.ac.manchester.tornado.api.KernelContext";
    static final String HALF_FLOAT = "uk.ac.manchester.tornado.api.types.HalfFloat";

    private static final String GLOBAL = "__global ";
    private static final Map<String, String> ARRAY_ELEMENTS = Map.of("FloatArray", "float", "IntArray", "int",
            "ByteArray", "char", "HalfFloatArray", "half");
    /** The vector collections, and the vectors that are their elements. */
    private static final Map<String,
            CType> WIDE = Map.of(COLLECTIONS + "VectorFloat16", array("float", GLOBAL, 16), COLLECTIONS + "VectorInt16",
                    array("int", GLOBAL, 16), VECTORS + "Float16", vector("float", 16), VECTORS + "Int16",
                    vector("int", 16));
    private static final Map<String, String> PRIMITIVE_ELEMENTS = Map.of("F", "float", "I", "int", "S", "short", "B",
            "char", "Z", "char", "J", "long", "D", "double", "C", "ushort");

    static CType vector(String element, int width) {
        return new CType(Kind.VECTOR, element, "", width);
    }

    static CType array(String element, String space, int width) {
        return new CType(Kind.ARRAY, element, space, width);
    }

    /** The type of a class as a variable holds it, or null when generated code has no such values. */
    static CType ofClass(String name) {
        if (name.startsWith(ARRAYS)) {
            String element = ARRAY_ELEMENTS.get(name.substring(ARRAYS.length()));
            return element == null ? null : array(element, GLOBAL, 1);
        }
        return switch (name) {
            case KERNEL_CONTEXT -> CONTEXT;
            case HALF_FLOAT -> HALF;
            case "java.lang.Integer" -> INT;
            default -> WIDE.get(name);
        };
    }

    /** The type of a field descriptor, or null when generated code has no such values. */
    static CType ofDescriptor(String descriptor) {
        return switch (descriptor.charAt(0)) {
            case 'I', 'Z', 'B', 'S', 'C' -> INT;
            case 'J' -> LONG;
            case 'F' -> FLOAT;
            case 'D' -> DOUBLE;
            case 'V' -> VOID;
            case 'L' -> ofClass(descriptor.substring(1, descriptor.length() - 1).replace('/', '.'));
            default -> null;
        };
    }

    /** The C type of the elements of a Java array with this element descriptor, or null. */
    static String elementOfDescriptor(String descriptor) {
        return PRIMITIVE_ELEMENTS.get(descriptor);
    }

    boolean is(Kind other) {
        return kind == other;
    }

    /** Whether a value takes two entries of the operand stack. */
    boolean isWide() {
        return kind == Kind.LONG || kind == Kind.DOUBLE;
    }

    /** The type of an array's element as a value: what a load gives. */
    CType elementValue() {
        if (width > 1) {
            return vector(element, width);
        }
        return switch (element) {
            case "float" -> FLOAT;
            case "double" -> DOUBLE;
            case "long" -> LONG;
            case "half" -> HALF;
            default -> INT;
        };
    }

    /** The element as it lies in memory, such as {@code float16}. */
    String elementCode() {
        return width > 1 ? element + width : element;
    }

    /** How C writes the type. */
    String code() {
        return switch (kind) {
            case INT -> "int";
            case LONG -> "long";
            case FLOAT, HALF -> "float";
            case DOUBLE -> "double";
            case VECTOR -> element + width;
            case ARRAY -> space + elementCode() + "*";
            case VOID -> "void";
            case CONTEXT, OTHER -> throw new IllegalStateException(kind + " has no counterpart in C");
        };
    }
}
