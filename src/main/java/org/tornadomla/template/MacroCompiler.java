package org.tornadomla.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes macros, and what a call is handed in a block, into code. */
final class MacroCompiler {

    private static final String CALLER = "caller";
    private static final String KWARGS = "kwargs";
    private static final String VARARGS = "varargs";

    private MacroCompiler() {
    }

    /**
     * Code that makes the macro.
     *
     * @param name its name; null if it has none
     */
    static Code compile(String name, Stmt.Signature signature, int line, Frame outer) {
        Frame frame = outer.function();
        Symbols symbols = frame.symbols();
        symbols.signature(signature);
        Set<String> special = Undeclared.find(signature.body(), Set.of(CALLER, KWARGS, VARARGS));
        List<Symbols.Ref> refs = new ArrayList<>();
        signature.parameters().forEach(parameter -> refs.add(symbols.find(parameter)));
        List<String> parameters = signature.parameters();
        int explicit = parameters.indexOf(CALLER);
        boolean takesCaller = special.contains(CALLER);
        if (takesCaller && explicit >= 0 && explicit < parameters.size() - signature.defaults().size()) {
            throw outer.fail(line, "the parameter \"caller\" of a macro needs a default");
        }
        if (takesCaller && explicit < 0) {
            refs.add(symbols.parameter(CALLER));
        }
        boolean takesNamed = special.contains(KWARGS) && !parameters.contains(KWARGS);
        if (takesNamed) {
            refs.add(symbols.parameter(KWARGS));
        }
        boolean takesMore = special.contains(VARARGS) && !parameters.contains(VARARGS);
        if (takesMore) {
            refs.add(symbols.parameter(VARARGS));
        }
        symbols.signature(signature);
        MacroValue.Kind kind = new MacroValue.Kind(name, parameters, takesNamed, takesMore, takesCaller);
        MacroValue.Body body = body(signature, frame, refs);
        return env -> new MacroValue(kind, body, env);
    }

    private static MacroValue.Body body(Stmt.Signature signature, Frame frame, List<Symbols.Ref> refs) {
        List<String> parameters = signature.parameters();
        int required = parameters.size() - signature.defaults().size();
        List<Code> defaults = ExprCompiler.all(signature.defaults(), frame);
        Block body = StmtCompiler.compile(signature.body(), frame);
        return (closure, arguments) -> {
            Env env = new Env(frame.scope().size(), closure, closure.run());
            for (int i = 0; i < arguments.size(); i++) {
                env.set(0, refs.get(i).slot(), arguments.get(i));
            }
            frame.enter(env);
            for (int i = 0; i < parameters.size(); i++) {
                if (arguments.get(i) == Env.MISSING) {
                    env.set(0, refs.get(i).slot(),
                            i < required
                                    ? new Undefined("parameter '" + parameters.get(i) + "' was not provided")
                                    : defaults.get(i - required).eval(env));
                }
            }
            StringBuilder text = new StringBuilder();
            body.run(env, text);
            return text.toString();
        };
    }
}
