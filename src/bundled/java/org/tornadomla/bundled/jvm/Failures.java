package org.tornadomla.bundled.jvm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.memory.ArrayMemory;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** Says of an exception in a kernel which task it was, and which argument where that can be told. */
final class Failures {

    private static final Pattern SEGMENT = Pattern.compile("address: ?(0x[0-9a-f]+|\\d+).*?new offset = (-?\\d+)",
            Pattern.CASE_INSENSITIVE);

    private Failures() {
    }

    /** {@code failure} as the plan's caller shall see it. */
    static RuntimeException named(KernelTask task, Object[] arguments, Throwable failure) {
        if (failure instanceof TornadoRuntimeException known) {
            return known;
        }
        String where = failure instanceof IndexOutOfBoundsException ? place(task, arguments, failure) : "";
        TornadoRuntimeException named = new TornadoRuntimeException("task " + task.id() + " ("
                + task.method().getDeclaringClass().getSimpleName() + "." + task.method().getName() + ") failed"
                + line(task, failure) + ": " + (where.isEmpty() ? failure : where));
        named.initCause(failure);
        return named;
    }

    private static String line(KernelTask task, Throwable failure) {
        String file = task.method().getDeclaringClass().getName();
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith(file)) {
                return " in " + frame.getMethodName() + ", line " + frame.getLineNumber();
            }
        }
        return "";
    }

    /** The foreign-memory API names the address of the memory, which belongs to one of the arguments. */
    private static String place(KernelTask task, Object[] arguments, Throwable failure) {
        Matcher matcher = SEGMENT.matcher(String.valueOf(failure.getMessage()));
        if (!matcher.find()) {
            return "";
        }
        long address = Long.decode(matcher.group(1));
        for (int index = 0; index < arguments.length; index++) {
            if (ArrayMemory.isArray(arguments[index]) && ArrayMemory.readable(arguments[index]).address() == address) {
                TornadoNativeArray array = ArrayMemory.storage(arguments[index]);
                long element = Long.parseLong(matcher.group(2)) / array.getElementSize();
                return "index " + element + " is outside argument " + task.method().getParameters()[index].getName()
                        + " of " + array.getSize() + " elements";
            }
        }
        return "";
    }
}
