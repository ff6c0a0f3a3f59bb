package org.tornadomla.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro with the variables around it. */
record MacroValue(Kind kind, Body body, Env closure) implements Callable {

    /**
     * What a macro takes.
     *
     * @param name        its name; null if it has none
     * @param parameters  names of its parameters
     * @param takesNamed  whether it reads {@code kwargs}
     * @param takesMore   whether it reads {@code varargs}
     * @param takesCaller whether it reads {@code caller}
     */
    record Kind(String name, List<String> parameters, boolean takesNamed, boolean takesMore, boolean takesCaller) {
    }

    /**
     * What a macro does: a value a parameter, then {@code caller}, {@code kwargs} and {@code varargs} where it takes
     * them.
     */
    interface Body {
        String run(Env closure, List<Object> arguments);
    }

    @Override
    public Object call(Run run, Args args) {
        List<String> parameters = kind.parameters;
        List<Object> arguments = new ArrayList<>(
                args.positional().subList(0, Math.min(args.size(), parameters.size())));
        Map<String, Object> named = new LinkedHashMap<>(args.named());
        boolean hasCaller = arguments.size() == parameters.size() && parameters.contains("caller");
        for (String parameter : parameters.subList(arguments.size(), parameters.size())) {
            hasCaller |= parameter.equals("caller");
            arguments.add(named.containsKey(parameter) ? named.remove(parameter) : Env.MISSING);
        }
        if (kind.takesCaller && !hasCaller) {
            Object caller = named.remove("caller");
            arguments.add(caller == null ? new Undefined("No caller defined") : caller);
        }
        if (kind.takesNamed) {
            DictValue rest = new DictValue();
            named.forEach((name, value) -> rest.put(run, name, value));
            arguments.add(rest);
        } else if (!named.isEmpty()) {
            throw PyError.type(
                    "macro '" + kind.name + "' takes no keyword argument '" + named.keySet().iterator().next() + "'");
        }
        if (kind.takesMore) {
            arguments.add(
                    new TupleValue(args.positional().subList(Math.min(args.size(), parameters.size()), args.size())));
        } else if (args.size() > parameters.size()) {
            throw PyError.type("macro '" + kind.name + "' takes not more than " + parameters.size() + " argument(s)");
        }
        run.enter();
        String text = body.run(closure, arguments);
        run.leave();
        return text;
    }
}
