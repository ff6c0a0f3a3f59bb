package org.tornadomla.bundled.jvm;

import static java.lang.constant.ConstantDescs.CD_Throwable;
import static java.lang.constant.ConstantDescs.CD_boolean;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;

/**
 * Keeps HotSpot's first compiler (C1) away from methods of kernels, so that they go from the interpreter to the second
 * (C2), in whatever order things happen.
 *
 * <p>C1 knows no vector instructions: its code of a kernel is ten times slower than C2's. HotSpot means to use it for a
 * while, to gather a profile for C2. But it compiles in one of three ways, by how busy the compilers are, and a large
 * method that it compiled without a full profile can be too large for it with one ("out of virtual registers"). Then
 * nothing asks C2 again, and the process has slow kernels for its whole life. Where C1 refuses a method from the start,
 * the interpreter gathers the profile, and C2 follows.
 *
 * <p>C1 refuses any method with an exception handler that is also reached without an exception, which the class file
 * format allows and no Java compiler writes. Such a handler is written to the beginning of a method, behind a condition
 * that is never met; C2 knows that it is not, and drops all of it. Options of the virtual machine would do the same,
 * but not for those who embed the library.
 */
final class SecondCompiler {

    private static final String NEVER = "NEVER";

    private SecondCompiler() {
    }

    /** Declares the condition that is never met. */
    static void declare(ClassBuilder builder) {
        builder.withField(NEVER, CD_boolean, ClassFile.ACC_STATIC | ClassFile.ACC_FINAL);
    }

    /** At the beginning of a method of class {@code owner}: leaves the method to the second compiler. */
    static void only(CodeBuilder out, ClassDesc owner) {
        Label code = out.newLabel();
        Label start = out.newLabel();
        Label handler = out.newLabel();
        out.getstatic(owner, NEVER, CD_boolean);
        out.ifeq(code);
        out.labelBinding(start);
        out.aconst_null();
        out.checkcast(CD_Throwable);
        out.labelBinding(handler);
        out.athrow();
        out.labelBinding(code);
        out.exceptionCatch(start, handler, handler, CD_Throwable);
    }
}
