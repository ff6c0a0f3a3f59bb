package org.tornadomla.template;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes calls, filters and tests into code. */
final class CallCompiler {

    /** Computes the arguments of a call. */
    private interface ArgsCode {
        Args eval(Env env);
    }

    private CallCompiler() {
    }

    /**
     * A call.
     *
     * @param caller what the call is handed as {@code caller}; null if nothing
     */
    static Code call(Expr.Call call, Frame frame, Code caller) {
        Code function = ExprCompiler.compile(call.function(), frame);
        if (caller != null && call.arguments().names().contains("caller")) {
            throw frame.fail(call.line(), "the call in the block names its argument \"caller\"");
        }
        ArgsCode arguments = arguments(call.arguments(), frame, caller);
        return env -> {
            Object callee = function.eval(env);
            Args args = arguments.eval(env);
            Run run = ExprCompiler.at(env, call);
            return Types.callable(callee).call(run, args);
        };
    }

    private static ArgsCode arguments(Expr.Arguments arguments, Frame frame, Code caller) {
        List<Code> positional = ExprCompiler.all(arguments.positional(), frame);
        List<Code> named = ExprCompiler.all(arguments.named(), frame);
        Code unpacked = arguments.unpacked() == null ? null : ExprCompiler.compile(arguments.unpacked(), frame);
        Code unpackedNamed = arguments.unpackedNamed() == null
                ? null
                : ExprCompiler.compile(arguments.unpackedNamed(), frame);
        if (positional.isEmpty() && named.isEmpty() && unpacked == null && unpackedNamed == null && caller == null) {
            return env -> new Args(List.of(), Map.of());
        }
        return env -> {
            List<Object> values = ExprCompiler.values(positional, env);
            Map<String, Object> names = new LinkedHashMap<>();
            for (int i = 0; i < named.size(); i++) {
                names.put(arguments.names().get(i), named.get(i).eval(env));
            }
            if (caller != null) {
                names.put("caller", caller.eval(env));
            }
            if (unpacked != null) {
                Iterator<Object> more = Types.iterate(env.run(), unpacked.eval(env));
                more.forEachRemaining(values::add);
            }
            if (unpackedNamed != null) {
                addNamed(env.run(), unpackedNamed.eval(env), names);
            }
            return new Args(values, names);
        };
    }

    private static void addNamed(Run run, Object value, Map<String, Object> names) {
        if (!(value instanceof DictValue dict)) {
            throw PyError.type("argument after ** must be a mapping, not " + Types.name(value));
        }
        for (Object key : dict.keys()) {
            if (!(key instanceof String name)) {
                throw PyError.type("keywords must be strings");
            }
            if (names.put(name, dict.get(run, key)) != null) {
                throw PyError.type("got multiple values for keyword argument '" + name + "'");
            }
        }
    }

    /**
     * A filter.
     *
     * @param block the value of the block that is filtered; null if the filter has a value of its own
     */
    static Code filter(Expr.Filter filter, Frame frame, Code block) {
        Code of = filter.of() == null
                ? block
                : filter.of() instanceof Expr.Filter inner
                        ? filter(inner, frame, block)
                        : ExprCompiler.compile(filter.of(), frame);
        Filters.Filter known = Filters.ALL.get(filter.name());
        if (known == null && !frame.isSoft()) {
            throw frame.fail(filter.line(), "there is no filter \"" + filter.name() + "\"");
        }
        ArgsCode arguments = arguments(filter.arguments(), frame, null);
        return env -> {
            Object value = of.eval(env);
            Args args = arguments.eval(env);
            return Filters.apply(ExprCompiler.at(env, filter), filter.name(), value, args);
        };
    }

    static Code test(Expr.Test test, Frame frame) {
        Code of = ExprCompiler.compile(test.of(), frame);
        if (!Tests.ALL.containsKey(test.name()) && !frame.isSoft()) {
            throw frame.fail(test.line(), "there is no test \"" + test.name() + "\"");
        }
        ArgsCode arguments = arguments(test.arguments(), frame, null);
        return env -> {
            Object value = of.eval(env);
            Args args = arguments.eval(env);
            return Tests.apply(ExprCompiler.at(env, test), test.name(), value, args);
        };
    }
}
