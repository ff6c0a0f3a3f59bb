package org.tornadomla.bundled.jvm;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.tornadomla.bundled.memory.ArrayMemory;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The hidden class of one kernel method. Constants of tasks are no part of it, so tasks with the same method share one, and
 * what the just-in-time compiler made of it.
 *
 * @param code    the compiled class
 * @param lowered whether arrays are passed as their memory; if not, as objects
 * @param note    how the kernel was compiled, for people
 */
record KernelClass(KernelCode code, boolean lowered, String note) {

    private static final Map<Method, KernelClass> CACHE = new ConcurrentHashMap<>();

    /**
     * The class of a method, made on first use.
     *
     * @throws TornadoBailoutRuntimeException if the kernel has a form that devices get wrong
     */
    static KernelClass of(Method method) {
        return CACHE.computeIfAbsent(method, KernelClass::make);
    }

    private static KernelClass make(Method method) {
        try {
            KernelCode code = define(method, new KernelAssembler(method, true));
            return new KernelClass(code, true, "lowered: arrays are their memory, vectors registers of up to "
                    + VectorUnit.LANES + " floats");
        } catch (Unlowerable reason) {
            return new KernelClass(define(method, new KernelAssembler(method, false)), false,
                    "not lowered, vectors are objects (slow), because of " + reason.getMessage());
        }
    }

    private static KernelCode define(Method method, KernelAssembler assembler) {
        byte[] bytes = assembler.assemble();
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(method.getDeclaringClass(),
                    MethodHandles.lookup());
            Class<?> type = lookup.defineHiddenClass(bytes, true, MethodHandles.Lookup.ClassOption.NESTMATE)
                    .lookupClass();
            return (KernelCode) type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException failure) {
            throw new TornadoBailoutRuntimeException("kernel " + method + " cannot be compiled", failure);
        }
    }

    /** The form in which the class takes an argument. */
    Object prepare(Object argument) {
        boolean asMemory = lowered && ArrayMemory.isArray(argument) && !(argument instanceof HalfFloatArray);
        return asMemory ? ArrayMemory.writable(argument) : argument;
    }
}
