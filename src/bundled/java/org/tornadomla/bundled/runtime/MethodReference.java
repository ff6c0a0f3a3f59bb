package org.tornadomla.bundled.runtime;

import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;

/** Finds the method that a method reference stands for. */
final class MethodReference {

    private MethodReference() {
    }

    /**
     * The static method behind {@code code}.
     *
     * @param task name of the task, for messages
     * @throws TornadoTaskRuntimeException if {@code code} is anything but a reference to a static method
     */
    static Method resolve(String task, Object code) {
        SerializedLambda lambda = serialized(task, code);
        if (lambda.getImplMethodName().startsWith("lambda$") || lambda.getCapturedArgCount() != 0) {
            throw refused(task, "a lambda expression or a reference bound to an object", null);
        }
        if (lambda.getImplMethodKind() != MethodHandleInfo.REF_invokeStatic) {
            throw refused(task, "a reference to the instance method " + lambda.getImplMethodName(), null);
        }
        ClassLoader loader = code.getClass().getClassLoader();
        try {
            Class<?> owner = Class.forName(lambda.getImplClass().replace('/', '.'), false, loader);
            MethodType type = MethodType.fromMethodDescriptorString(lambda.getImplMethodSignature(), loader);
            return owner.getDeclaredMethod(lambda.getImplMethodName(), type.parameterArray());
        } catch (ReflectiveOperationException failure) {
            throw refused(task, "a reference to a method that cannot be found", failure);
        }
    }

    private static SerializedLambda serialized(String task, Object code) {
        if (code == null) {
            throw refused(task, "null", null);
        }
        try {
            Method writeReplace = code.getClass().getDeclaredMethod("writeReplace");
            writeReplace.setAccessible(true);
            if (writeReplace.invoke(code) instanceof SerializedLambda lambda) {
                return lambda;
            }
            throw refused(task, "an object of " + code.getClass().getName(), null);
        } catch (ReflectiveOperationException failure) {
            throw refused(task, "an object of " + code.getClass().getName(), failure);
        }
    }

    private static TornadoTaskRuntimeException refused(String task, String given, Exception cause) {
        return new TornadoTaskRuntimeException(
                "task " + task + ": the code is " + given
                        + "; only a reference to a static method (Kernels::method) can be compiled for a device",
                cause);
    }
}
