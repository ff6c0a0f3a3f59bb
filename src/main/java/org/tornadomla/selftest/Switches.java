package org.tornadomla.selftest;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import org.tornadomla.graph.Step;
import org.tornadomla.kernels.StepLayout;

/**
 * The arguments of a step that say which way its kernel goes, as opposed to sizes and places: known by the names of the
 * kernel's parameters, since a size may be 1 and a switch may be 2.
 */
final class Switches {

    /** Parameters by which kernels branch. */
    private static final Set<
            String> NAMES = Set.of("hasBias", "accumulate", "normalise", "layout", "sigmoid", "groupWay", "flags");

    private Switches() {
    }

    /** Name and value of each switch of a step. */
    static List<String> of(Step step) {
        List<Parameter> parameters = parameters(step);
        List<String> switches = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            if (NAMES.contains(parameters.get(i).getName())) {
                switches.add(parameters.get(i).getName() + "=" + step.arguments().get(i));
            }
        }
        return switches;
    }

    /** The kernel's parameters, without the context that the runtime adds. */
    static List<Parameter> parameters(Step step) {
        int dot = step.kernel().indexOf('.');
        String type = StepLayout.class.getPackageName() + "." + step.kernel().substring(0, dot);
        try {
            for (Method method : Class.forName(type).getMethods()) {
                List<Parameter> parameters = Arrays.stream(method.getParameters())
                        .filter(parameter -> !parameter.getType().getSimpleName().equals("KernelContext")).toList();
                if (method.getName().equals(step.kernel().substring(dot + 1))
                        && parameters.size() == step.arguments().size()) {
                    if (!parameters.getFirst().isNamePresent()) {
                        throw new IllegalStateException(type + " is compiled without the names of its parameters;"
                                + " compile kernels with -parameters");
                    }
                    return parameters;
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the kernel " + step.kernel() + " has no class " + type, e);
        }
        throw new IllegalStateException(
                "the kernel " + step.kernel() + " has no method for " + step.arguments().size() + " arguments");
    }
}
