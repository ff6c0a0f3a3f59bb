package org.tornadomla.graph;

import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;

/** Names the method behind a method reference. */
final class KernelNames {

    private KernelNames() {
    }

    /**
     * {@code Class.method} of a serialisable method reference; {@code kernel} when the API it was compiled against
     * cannot tell.
     */
    static String of(Object reference) {
        if (!(reference instanceof Serializable)) {
            return "kernel";
        }
        try {
            Method replace = reference.getClass().getDeclaredMethod("writeReplace");
            replace.setAccessible(true);
            SerializedLambda lambda = (SerializedLambda) replace.invoke(reference);
            return lambda.getImplClass().substring(lambda.getImplClass().lastIndexOf('/') + 1) + "."
                    + lambda.getImplMethodName();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("not a method reference: " + reference, e);
        }
    }
}
