package org.tornadomla.bundled.bytecode;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.Method;
import java.lang.invoke.MethodType;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;

/** The class files of kernels, read once. */
public final class ClassFiles {

    private static final ClassValue<ClassModel> MODELS = new ClassValue<>() {
        @Override
        protected ClassModel computeValue(Class<?> type) {
            return parse(type);
        }
    };

    private static final ClassValue<ClassModel> SPLIT = new ClassValue<>() {
        @Override
        protected ClassModel computeValue(Class<?> type) {
            return LoopSplitter.split(MODELS.get(type), type.getClassLoader());
        }
    };

    private ClassFiles() {
    }

    /** The class file of {@code type}. */
    public static ClassModel of(Class<?> type) {
        return MODELS.get(type);
    }

    /** The class file of {@code type} for a processor whose registers hold {@code lanes} floats. */
    private static ClassModel of(Class<?> type, int lanes) {
        return lanes < LoopSplitter.WIDE ? SPLIT.get(type) : MODELS.get(type);
    }

    /** The code of {@code method}. */
    public static MethodModel of(Method method) {
        String descriptor = MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .descriptorString();
        return of(method.getDeclaringClass(), method.getName(), descriptor);
    }

    /** The code of the method with that name and descriptor, declared in {@code type}; null when there is none. */
    public static MethodModel of(Class<?> type, String name, String descriptor) {
        return of(type, name, descriptor, LoopSplitter.WIDE);
    }

    /**
     * The same, for a processor.
     *
     * @param lanes floats that a register holds; where they are fewer than those of a kernel's vector, loops with too
     *                  many sums for the registers are split
     */
    public static MethodModel of(Class<?> type, String name, String descriptor, int lanes) {
        for (MethodModel candidate : of(type, lanes).methods()) {
            if (candidate.methodName().equalsString(name) && candidate.methodType().equalsString(descriptor)) {
                return candidate;
            }
        }
        return null;
    }

    private static ClassModel parse(Class<?> type) {
        String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream stream = type.getResourceAsStream(file)) {
            if (stream == null) {
                throw new TornadoTaskRuntimeException("the class file of " + type.getName() + " cannot be found; tasks"
                        + " must be methods of classes loaded from class files");
            }
            return ClassFile.of().parse(stream.readAllBytes());
        } catch (IOException failure) {
            throw new TornadoTaskRuntimeException("the class file of " + type.getName() + " cannot be read", failure);
        }
    }
}
