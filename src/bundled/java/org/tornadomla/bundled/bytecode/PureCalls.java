package org.tornadomla.bundled.bytecode;

import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Tells which calls change nothing: those of the API's vectors, of its arrays' getters, and of helpers that only read.
 */
final class PureCalls {

    private static final String API = "uk.ac.manchester.tornado.api.types.";
    private static final String VECTORS = API + "vectors";

    private final ClassLoader loader;

    /** @param loader finds the classes of helpers */
    PureCalls(ClassLoader loader) {
        this.loader = loader;
    }

    /** Whether a call only reads and returns a value. */
    boolean contains(InvokeInstruction call) {
        if (call.typeSymbol().returnType().equals(ConstantDescs.CD_void)) {
            return false;
        }
        String owner = call.owner().asInternalName().replace('/', '.');
        if (call.opcode() != Opcode.INVOKESTATIC) {
            return owner.startsWith(API) && call.name().stringValue().startsWith("get");
        }
        return owner.startsWith(API) || owner.equals("java.lang.Math") || owner.equals("java.lang.Float")
                || AccessAnalysis.onlyReads(call, loader);
    }

    /** Whether a call reads memory and returns a vector. */
    boolean loadsVector(InvokeInstruction call) {
        MethodTypeDesc type = call.typeSymbol();
        return isVector(type.returnType()) && (call.opcode() != Opcode.INVOKESTATIC
                || type.parameterList().stream().anyMatch(part -> !part.isPrimitive() && !isVector(part)));
    }

    private static boolean isVector(ClassDesc type) {
        return type.packageName().equals(VECTORS);
    }
}
