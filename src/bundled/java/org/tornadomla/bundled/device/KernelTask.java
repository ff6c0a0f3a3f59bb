package org.tornadomla.bundled.device;

import java.lang.reflect.Method;
import java.util.List;

/**
 * One task as a device compiles it: a method and what is known of its arguments. Primitive arguments are constants of
 * the compiled kernel, as on TornadoVM.
 *
 * @param graph     name of the task graph
 * @param name      name of the task in its graph
 * @param method    the static method with the kernel's code
 * @param arguments one value a parameter: a boxed primitive (a constant), the host array (its class and length count,
 *                      never its content), or the {@code KernelContext}
 */
public record KernelTask(String graph, String name, Method method, List<Object> arguments) {

    public KernelTask {
        arguments = List.copyOf(arguments);
    }

    /** {@code graph.task}, as error messages and grid schedulers name it. */
    public String id() {
        return graph + "." + name;
    }

    /** Whether the method takes a {@code KernelContext}, and so needs a grid. */
    public boolean usesContext() {
        return arguments.stream().anyMatch(uk.ac.manchester.tornado.api.KernelContext.class::isInstance);
    }
}
