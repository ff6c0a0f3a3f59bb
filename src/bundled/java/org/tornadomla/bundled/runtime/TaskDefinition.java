package org.tornadomla.bundled.runtime;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.tornadomla.bundled.bytecode.Access;
import org.tornadomla.bundled.bytecode.AccessAnalysis;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.memory.ArrayMemory;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;

/**
 * A task of a graph with what its bytecode says of its arguments.
 *
 * @param kernel   method and arguments
 * @param accesses one a parameter
 */
record TaskDefinition(KernelTask kernel, List<Access> accesses) {

    /** TornadoVM has no task interface with more parameters. */
    private static final int MAX_PARAMETERS = 20;

    /**
     * Checks a task and reads its bytecode.
     *
     * @throws TornadoTaskRuntimeException naming task, argument and cure
     */
    static TaskDefinition of(String graph, String name, Object code, Object... arguments) {
        String id = graph + "." + name;
        if (arguments.length > MAX_PARAMETERS) {
            throw new TornadoTaskRuntimeException("task " + id + " has " + arguments.length + " arguments, at most "
                    + MAX_PARAMETERS + " are possible");
        }
        Method method = MethodReference.resolve(id, code);
        List<Object> checked = new ArrayList<>();
        for (int index = 0; index < arguments.length; index++) {
            checked.add(checkedArgument(id, parameterName(method, index), arguments[index]));
        }
        List<Access> accesses = AccessAnalysis.of(method);
        TaskDefinition task = new TaskDefinition(new KernelTask(graph, name, method, checked), accesses);
        task.checkAliases();
        return task;
    }

    private static Object checkedArgument(String id, String parameter, Object argument) {
        if (argument instanceof Integer || argument instanceof Long || argument instanceof Float
                || argument instanceof Double || argument instanceof Short || argument instanceof Byte
                || argument instanceof Character || argument instanceof KernelContext
                || ArrayMemory.isArray(argument)) {
            return argument;
        }
        String given = argument == null ? "null" : "of " + argument.getClass().getName();
        String cure = argument instanceof Boolean
                ? "devices take no boolean, pass an int of 0 or 1"
                : "pass a number, a native array, a vector collection or a KernelContext";
        throw new TornadoTaskRuntimeException("task " + id + ": argument " + parameter + " is " + given + "; " + cure);
    }

    /** TornadoVM's compiler does not end when an array is written under one parameter and given again behind it. */
    private void checkAliases() {
        for (int first = 0; first < accesses.size(); first++) {
            Object array = kernel.arguments().get(first);
            if (!ArrayMemory.isArray(array) || !accesses.get(first).writes()) {
                continue;
            }
            for (int second = first + 1; second < accesses.size(); second++) {
                if (kernel.arguments().get(second) == array) {
                    throw new TornadoTaskRuntimeException("task " + kernel.id() + ": one array is passed as "
                            + parameterName(first) + ", which is written, and again as " + parameterName(second)
                            + "; put the written parameter last");
                }
            }
        }
    }

    String id() {
        return kernel.id();
    }

    /** How the whole task uses {@code array}: the accesses of all parameters it is passed as. */
    Access access(Object array) {
        boolean reads = false;
        boolean writes = false;
        boolean conditional = true;
        for (int index = 0; index < accesses.size(); index++) {
            if (kernel.arguments().get(index) == array) {
                reads |= accesses.get(index).reads();
                writes |= accesses.get(index).writes();
                conditional &= accesses.get(index).conditional();
            }
        }
        return new Access(reads, writes, conditional);
    }

    /** The name of parameter {@code index} in the source. */
    String parameterName(int index) {
        return parameterName(kernel.method(), index);
    }

    /** The name of the first parameter that takes {@code array}. */
    String parameterName(Object array) {
        for (int index = 0; index < accesses.size(); index++) {
            if (kernel.arguments().get(index) == array) {
                return parameterName(index);
            }
        }
        return "?";
    }

    private static String parameterName(Method method, int index) {
        return index < method.getParameterCount() ? method.getParameters()[index].getName() : "number " + index;
    }
}
