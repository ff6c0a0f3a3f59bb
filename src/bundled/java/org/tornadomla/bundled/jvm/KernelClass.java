package org.tornadomla.bundled.jvm;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.tornadomla.bundled.bytecode.Refusal;
import org.tornadomla.bundled.memory.ArrayMemory;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

/**
 * The hidden class of one use of a kernel method. Sizes are no part of it, so tasks with the same method share one, and
 * what the just-in-time compiler made of it. But its profile is: had all uses one class, the second compiler would make
 * code for all their branches at once, which was seen to be up to five times slower in products of experts.
 *
 * @param code    the compiled class
 * @param lowered whether arrays are passed as their memory; if not, as objects
 * @param note    how the kernel was compiled, for people
 */
record KernelClass(KernelCode code, boolean lowered, String note) {

    /** HotSpot does not compile methods of more bytes, unless it is told to by an option. */
    private static final int MAX_COMPILED_BYTES = 8000;
    private static final String LIMIT = "DontCompileHugeMethods";

    /** Original code that is inlined into a method, from the most on; lowered code is longer, by how much differs. */
    private static final int[] INLINED_BYTES = {6000, 3000, 1500, 0};

    private static final Map<Use, KernelClass> CACHE = new ConcurrentHashMap<>();

    /**
     * Which tasks share a class: those of a method whose whole numbers of 0 or less are the same. By such numbers
     * kernels tell their cases apart, as a product of one matrix from those of experts.
     */
    private record Use(Method method, List<Integer> switches) {

        static Use of(Method method, List<?> arguments) {
            return new Use(method, arguments.stream()
                    .map(argument -> argument instanceof Integer number ? Math.min(number, 1) : 1).toList());
        }
    }

    /**
     * The class of a task's method, made on first use.
     *
     * @param arguments of the task
     * @throws TornadoBailoutRuntimeException if the kernel has a form that devices get wrong
     */
    static KernelClass of(Method method, List<?> arguments) {
        return CACHE.computeIfAbsent(Use.of(method, arguments), use -> make(use.method()));
    }

    private static KernelClass make(Method method) {
        try {
            return translated(method);
        } catch (Refusal refused) {
            throw new TornadoBailoutRuntimeException("the kernel cannot be compiled: " + refused.getMessage(), refused);
        }
    }

    private static KernelClass translated(Method method) {
        try {
            KernelCode code = define(method, lowered(method));
            return new KernelClass(code, true,
                    "lowered: arrays are their memory, vectors registers of up to " + VectorUnit.LANES + " floats");
        } catch (Unlowerable reason) {
            return new KernelClass(define(method, new KernelAssembler(method, false, 0).assemble()), false,
                    "not lowered, vectors are objects (slow), because of " + reason.getMessage());
        }
    }

    private static byte[] lowered(Method method) {
        byte[] bytes = null;
        for (int inlined : INLINED_BYTES) {
            bytes = new KernelAssembler(method, true, inlined).assemble();
            if (isCompiled(bytes)) {
                return bytes;
            }
        }
        if (isLimited()) {
            throw new Unlowerable("more than " + MAX_COMPILED_BYTES
                    + " bytes of code in a method, which Java compiles with" + " -XX:-" + LIMIT + " only");
        }
        return bytes;
    }

    private static boolean isLimited() {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return machine == null || Boolean.parseBoolean(machine.getVMOption(LIMIT).getValue());
    }

    private static boolean isCompiled(byte[] bytes) {
        return ClassFile.of().parse(bytes).methods().stream()
                .allMatch(method -> ((CodeAttribute) method.code().orElseThrow()).codeLength() <= MAX_COMPILED_BYTES);
    }

    private static KernelCode define(Method method, byte[] bytes) {
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
        return lowered && ArrayMemory.isArray(argument) ? ArrayMemory.writable(argument) : argument;
    }
}
