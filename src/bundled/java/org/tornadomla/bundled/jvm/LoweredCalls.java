package org.tornadomla.bundled.jvm;

import static java.lang.constant.ConstantDescs.CD_float;

import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;
import org.tornadomla.bundled.bytecode.LaneShapes;

/**
 * The lowered form of calls of the API's methods: numbers and arrays are on the stack already, vectors in
 * {@link VectorValues}.
 */
final class LoweredCalls {

    /** Vector arithmetic by the API's name. */
    private static final Map<String, String> ARITHMETIC = Map.of("add", "add", "sub", "sub", "mult", "mul", "div",
            "div", "min", "min", "max", "max");

    private LoweredCalls() {
    }

    /**
     * Emits the lowered form of a call.
     *
     * @return whether the call is one of the API's; if not, nothing was emitted
     * @throws Unlowerable if the API's method has no lowered form
     */
    static boolean emit(LoweredCode code, InvokeInstruction call) {
        ClassDesc owner = call.owner().asSymbol();
        if (LoweredTypes.elements(owner) != null) {
            array(code, call, LoweredTypes.elements(owner));
        } else if (owner.equals(LoweredTypes.INT_VECTOR)) {
            ints(code, call);
        } else if (LoweredTypes.collectionLanes(owner) > 0) {
            collection(code, call, LoweredTypes.collectionLanes(owner));
        } else if (LoweredTypes.vectorLanes(owner) > 0) {
            vector(code, call, LoweredTypes.vectorLanes(owner));
        } else if (owner.equals(LoweredTypes.CONTEXT)) {
            code.out().invokevirtual(LoweredTypes.ITEM, call.name().stringValue(),
                    LoweredTypes.lowered(call.typeSymbol()));
        } else {
            return false;
        }
        return true;
    }

    private static void array(LoweredCode code, InvokeInstruction call, TypeKind kind) {
        int parameters = call.typeSymbol().parameterCount();
        boolean halves = call.owner().asSymbol().equals(LoweredTypes.HALVES);
        switch (call.name().stringValue() + "/" + parameters) {
            case "get/1" -> {
                code.getElement(kind);
                if (halves) {
                    code.boxHalf();
                }
            }
            case "set/2" -> {
                if (halves) {
                    code.unboxHalf();
                }
                code.setElement(kind);
            }
            case "getSize/0", "size/0", "getLength/0" -> code.size(LoweredCode.shift(kind));
            default -> throw unlowerable(call);
        }
    }

    private static void collection(LoweredCode code, InvokeInstruction call, int lanes) {
        int floatShift = LoweredCode.shift(TypeKind.FLOAT);
        int parameters = call.typeSymbol().parameterCount();
        switch (call.name().stringValue() + "/" + parameters) {
            case "get/1" -> code.getVector(true);
            case "set/2" -> code.setVector(true);
            case "size/0" -> code.size(floatShift);
            case "getLength/0" -> code.size(floatShift + Integer.numberOfTrailingZeros(lanes));
            case "vectorWidth/0" -> code.constant(lanes);
            default -> throw unlowerable(call);
        }
    }

    private static void vector(LoweredCode code, InvokeInstruction call, int lanes) {
        LoweredTypes.lowered(call.owner().asSymbol());
        if (call.opcode() == Opcode.INVOKESTATIC) {
            function(code, call);
        } else if (call.name().equalsString(ConstantDescs.INIT_NAME)) {
            construct(code, call);
        } else {
            getter(code, call, lanes);
        }
    }

    private static void ints(LoweredCode code, InvokeInstruction call) {
        if (!call.name().equalsString(ConstantDescs.INIT_NAME) || call.typeSymbol().parameterCount() == 0) {
            throw unlowerable(call);
        }
        new LoweredIntegers(code).ofInts(call.typeSymbol());
    }

    private static void function(LoweredCode code, InvokeInstruction call) {
        String name = call.name().stringValue();
        MethodTypeDesc type = call.typeSymbol();
        boolean toVector = LoweredTypes.vectorLanes(type.returnType()) > 0;
        if (ARITHMETIC.containsKey(name) && toVector && type.parameterCount() == 2) {
            code.combine(ARITHMETIC.get(name), type.parameterType(1).equals(CD_float));
        } else if (name.equals("dot")) {
            code.dot();
        } else {
            throw unlowerable(call);
        }
    }

    private static void construct(LoweredCode code, InvokeInstruction call) {
        if (call.typeSymbol().parameterCount() == 0) {
            code.zero();
        } else {
            code.ofLanes(call.typeSymbol());
        }
    }

    private static void getter(LoweredCode code, InvokeInstruction call, int lanes) {
        String name = call.name().stringValue();
        int parameters = call.typeSymbol().parameterCount();
        if (name.equals("get") && parameters == 1) {
            code.anyLane();
        } else if (name.startsWith("getS") && parameters == 0) {
            code.lane(Integer.parseInt(name.substring("getS".length())));
        } else if (name.equals("size")) {
            code.constantOfVector(lanes);
        } else {
            throw unlowerable(call);
        }
    }

    /** The call of a helper that is one vector operation in truth. */
    static void helper(LoweredCode code, LaneShapes.Shape shape, MethodTypeDesc type) {
        boolean memory = type.parameterList().stream().anyMatch(parameter -> LoweredTypes.elements(parameter) != null);
        LoweredIntegers integers = new LoweredIntegers(code);
        switch (shape) {
            case SUM_TREE -> code.sumTree();
            case LOAD_BYTES -> integers.getIntegers(Byte.SIZE);
            case LOAD_NIBBLES -> integers.getIntegers(Byte.SIZE / 2);
            case LOAD_BFLOATS -> integers.getBfloats();
            case LOAD_FLOAT8S -> integers.getFloat8s();
            case LOAD_HALVES -> integers.getHalves();
            case SPLAT_INTS -> integers.splatInts();
            case FLOATS_OF_INTS -> integers.floatsOfInts();
            case DOTS -> integers.dots();
            case LOAD -> {
                if (memory) {
                    code.getVector(false);
                } else {
                    code.loadVector();
                }
            }
            case STORE, STORE_VALUE_FIRST -> {
                if (memory) {
                    code.setVector(false);
                } else {
                    code.storeVector();
                }
            }
        }
    }

    static Unlowerable unlowerable(InvokeInstruction call) {
        return new Unlowerable(call.owner().asSymbol().displayName() + "." + call.name().stringValue()
                + call.typeSymbol().displayDescriptor());
    }
}
