package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import org.tornadomla.bundled.device.CompiledKernel;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.NdRange;
import org.tornadomla.bundled.memory.ArrayMemory;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Runs kernels through the engine as its plan executor would, and as plain Java. */
final class OpenClRun {

    /** Set where a machine must have an OpenCL device: its absence then fails tests instead of skipping them. */
    static final String REQUIRED = "mla.require.opencl";

    private OpenClRun() {
    }

    /** The first device of an engine; without one the test fails or is skipped, and says why. */
    static OpenClDevice device(OpenClEngine engine) {
        if (!engine.devices().isEmpty()) {
            return (OpenClDevice) engine.devices().getFirst();
        }
        if (Boolean.getBoolean(REQUIRED) || Boolean.parseBoolean(System.getenv("MLA_REQUIRE_OPENCL"))) {
            return fail("an OpenCL device is required: " + engine.unavailableReason());
        }
        return abort("skipped: " + engine.unavailableReason());
    }

    /** The first device, with or without contraction, keeping no programs on disk. */
    static OpenClDevice device(boolean contract) {
        return device(new OpenClEngine(new OpenClOptions(contract, "", null, true)));
    }

    static Method method(Class<?> owner, String name) {
        List<Method> found = Arrays.stream(owner.getDeclaredMethods()).filter(method -> method.getName().equals(name))
                .toList();
        assertEquals(1, found.size(), "methods named " + name);
        found.getFirst().setAccessible(true);
        return found.getFirst();
    }

    static KernelTask task(Class<?> owner, String name, Object... arguments) {
        return new KernelTask("graph", name, method(owner, name), List.of(arguments));
    }

    /** Runs a task once on a device: copies all arrays there, runs, and copies them back. */
    static void onDevice(OpenClDevice device, KernelTask task, NdRange range) {
        try (DeviceSession session = device.open()) {
            CompiledKernel kernel = session.compile(task);
            DeviceBuffer[] buffers = new DeviceBuffer[task.arguments().size()];
            for (int i = 0; i < buffers.length; i++) {
                Object argument = task.arguments().get(i);
                int first = firstSame(task.arguments(), i);
                if (first < i) {
                    buffers[i] = buffers[first];
                } else if (ArrayMemory.isArray(argument)) {
                    buffers[i] = session.allocate(argument);
                    session.upload(argument, buffers[i]);
                }
            }
            session.launch(kernel, buffers, range);
            for (int i = 0; i < buffers.length; i++) {
                if (buffers[i] != null) {
                    session.download(buffers[i], task.arguments().get(i), 0, buffers[i].bytes());
                }
            }
            session.finish();
        }
    }

    private static int firstSame(List<Object> arguments, int index) {
        for (int i = 0; i < index; i++) {
            if (arguments.get(i) == arguments.get(index)) {
                return i;
            }
        }
        return index;
    }

    /** Runs the method as plain Java. */
    static void inJava(KernelTask task) {
        try {
            task.method().invoke(null, task.arguments().toArray());
        } catch (IllegalAccessException | InvocationTargetException failure) {
            throw new AssertionError("the method does not run as Java", failure);
        }
    }

    /** The bytes of an array. */
    static byte[] bytes(Object array) {
        return ArrayMemory.readable(array).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The bytes of an array with all NaNs made one: Java does not say which NaN an operation gives. */
    private static byte[] comparable(Object array) {
        byte[] bytes = bytes(array);
        MemorySegment segment = MemorySegment.ofArray(bytes);
        if (ArrayMemory.storage(array) instanceof FloatArray floats) {
            for (int i = 0; i < floats.getSize(); i++) {
                segment.set(ValueLayout.JAVA_INT_UNALIGNED, 4L * i, Float.floatToIntBits(floats.get(i)));
            }
        }
        return bytes;
    }

    /** Runs a task on the device and as plain Java, and asserts that both leave the same bits in all arrays. */
    static void assertSameBits(OpenClDevice device, Class<?> owner, String name, Object... arguments) {
        KernelTask task = task(owner, name, arguments);
        byte[][] before = new byte[arguments.length][];
        for (int i = 0; i < arguments.length; i++) {
            before[i] = ArrayMemory.isArray(arguments[i]) ? bytes(arguments[i]) : null;
        }
        inJava(task);
        byte[][] expected = new byte[arguments.length][];
        for (int i = 0; i < arguments.length; i++) {
            if (before[i] != null) {
                expected[i] = comparable(arguments[i]);
                ArrayMemory.writable(arguments[i]).copyFrom(MemorySegment.ofArray(before[i]));
            }
        }
        onDevice(device, task, null);
        for (int i = 0; i < arguments.length; i++) {
            if (expected[i] != null) {
                assertSame(expected[i], comparable(arguments[i]), name + ", argument " + i);
            }
        }
    }

    private static void assertSame(byte[] expected, byte[] actual, String what) {
        int at = Arrays.mismatch(expected, actual);
        if (at >= 0) {
            int word = at / 4 * 4;
            MemorySegment e = MemorySegment.ofArray(Arrays.copyOf(expected, expected.length + 4));
            MemorySegment a = MemorySegment.ofArray(Arrays.copyOf(actual, actual.length + 4));
            int wanted = e.get(ValueLayout.JAVA_INT_UNALIGNED, word);
            int found = a.get(ValueLayout.JAVA_INT_UNALIGNED, word);
            fail("%s: byte %d differs; 32-bit word %d is %d (%s as a float), Java has %d (%s)".formatted(what, at,
                    word / 4, found, Float.intBitsToFloat(found), wanted, Float.intBitsToFloat(wanted)));
        }
    }
}
