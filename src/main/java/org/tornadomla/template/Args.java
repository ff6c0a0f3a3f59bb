package org.tornadomla.template;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a function is called with. */
record Args(List<Object> positional, Map<String, Object> named) {

    static Args of(Object... positional) {
        return new Args(Arrays.asList(positional), Map.of());
    }

    int size() {
        return positional.size();
    }

    Object get(int index) {
        return positional.get(index);
    }

    Args from(int index) {
        return new Args(positional.subList(index, positional.size()), named);
    }

    /**
     * Puts arguments to the names of parameters.
     *
     * @param function its name, for messages
     * @param required how many of the parameters, from the first, must be given
     * @return one value a parameter, {@link Env#MISSING} where none is given
     */
    Object[] bind(String function, int required, String... parameters) {
        if (positional.size() > parameters.length) {
            throw PyError.type(function + "() takes at most " + parameters.length + " arguments (" + positional.size()
                    + " given)");
        }
        Object[] bound = new Object[parameters.length];
        Arrays.fill(bound, Env.MISSING);
        for (int i = 0; i < positional.size(); i++) {
            bound[i] = positional.get(i);
        }
        Map<String, Object> rest = new LinkedHashMap<>(named);
        for (int i = 0; i < parameters.length; i++) {
            if (rest.containsKey(parameters[i])) {
                if (bound[i] != Env.MISSING) {
                    throw PyError.type(function + "() got multiple values for argument '" + parameters[i] + "'");
                }
                bound[i] = rest.remove(parameters[i]);
            }
        }
        if (!rest.isEmpty()) {
            throw PyError
                    .type(function + "() got an unexpected keyword argument '" + rest.keySet().iterator().next() + "'");
        }
        for (int i = 0; i < required; i++) {
            if (bound[i] == Env.MISSING) {
                throw PyError.type(function + "() is missing its argument '" + parameters[i] + "'");
            }
        }
        return bound;
    }

    /** The arguments of a function that takes no names; between {@code least} and {@code most} of them. */
    Object[] plain(String function, int least, int most) {
        if (!named.isEmpty()) {
            throw PyError.type(function + "() takes no keyword arguments");
        }
        if (size() < least || size() > most) {
            throw PyError.type(function + "() takes " + least + (most == least ? "" : " to " + most) + " arguments ("
                    + size() + " given)");
        }
        Object[] bound = new Object[most];
        Arrays.fill(bound, Env.MISSING);
        for (int i = 0; i < size(); i++) {
            bound[i] = get(i);
        }
        return bound;
    }
}
