package org.tornadomla.bundled.opencl;

import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Random;

/**
 * Classes of random kernels, written as bytecode. Each kernel reads two input arrays, computes on local variables and a
 * private array with nested branches, loops, switches and helpers, and writes its variables to its own part of the
 * output arrays. A method {@code all} runs the kernels of a class one after another, so that a driver compiles them
 * together.
 */
final class RandomKernels {

    /** Elements of an input array. */
    static final int INPUTS = 64;
    /** Integers, longs and floats that a kernel writes for each repetition; a long is two integers. */
    static final int RESULTS = 4;
    /** Repetitions of each kernel, on different inputs. */
    static final int REPEATS = 5;

    static final ClassDesc INT_ARRAY = ClassDesc.of("uk.ac.manchester.tornado.api.types.arrays.IntArray");
    static final ClassDesc FLOAT_ARRAY = ClassDesc.of("uk.ac.manchester.tornado.api.types.arrays.FloatArray");
    static final MethodTypeDesc KERNEL = MethodTypeDesc.of(ConstantDescs.CD_void, INT_ARRAY, FLOAT_ARRAY, INT_ARRAY,
            INT_ARRAY, FLOAT_ARRAY, ConstantDescs.CD_int);
    private static final MethodTypeDesc ALL = MethodTypeDesc.of(ConstantDescs.CD_void, INT_ARRAY, FLOAT_ARRAY,
            INT_ARRAY, INT_ARRAY, FLOAT_ARRAY);

    private RandomKernels() {
    }

    /** Loads a class of {@code count} random kernels. */
    static Class<?> generate(String name, long seed, int count) {
        ClassDesc owner = ClassDesc.of(name);
        byte[] bytes = ClassFile.of().build(owner, type -> {
            type.withFlags(ACC_PUBLIC);
            for (int helper = 0; helper < RandomCode.HELPERS; helper++) {
                Random random = new Random(seed * 31 + helper);
                int level = helper;
                type.withMethodBody("helper" + helper, RandomCode.HELPER, ACC_PUBLIC | ACC_STATIC,
                        code -> new RandomCode(owner, code, random).helper(level));
            }
            for (int kernel = 0; kernel < count; kernel++) {
                Random random = new Random(seed * 1_000_003 + kernel);
                type.withMethodBody("kernel" + kernel, KERNEL, ACC_PUBLIC | ACC_STATIC,
                        code -> new RandomCode(owner, code, random).kernel());
            }
            type.withMethodBody("all", ALL, ACC_PUBLIC | ACC_STATIC, code -> callAll(owner, code, count));
        });
        return new Loader(name, bytes).load();
    }

    /** A class is compiled from its file, so the loader gives that out. */
    private static final class Loader extends ClassLoader {

        private final String name;
        private final byte[] bytes;

        Loader(String name, byte[] bytes) {
            super(RandomKernels.class.getClassLoader());
            this.name = name;
            this.bytes = bytes;
        }

        Class<?> load() {
            return defineClass(name, bytes, 0, bytes.length);
        }

        @Override
        public InputStream getResourceAsStream(String resource) {
            return resource.equals(name.replace('.', '/') + ".class")
                    ? new ByteArrayInputStream(bytes)
                    : super.getResourceAsStream(resource);
        }
    }

    private static void callAll(ClassDesc owner, CodeBuilder code, int count) {
        for (int kernel = 0; kernel < count; kernel++) {
            int first = kernel * REPEATS;
            var test = code.newLabel();
            var end = code.newLabel();
            code.loadConstant(first).istore(5).labelBinding(test).iload(5).loadConstant(first + REPEATS).if_icmpge(end);
            code.aload(0).aload(1).aload(2).aload(3).aload(4).iload(5).invokestatic(owner, "kernel" + kernel, KERNEL);
            code.iinc(5, 1).goto_(test).labelBinding(end);
        }
        code.return_();
    }
}
