package org.tornadomla.template;

import java.util.Map;
import org.tornadomla.error.TemplateException;

/**
 * What is known of the part of a template that is being compiled.
 *
 * @param template name of the template
 * @param symbols  its variables
 * @param isSoft   whether filters and tests that do not exist are errors only when they are reached
 * @param inLoop   whether {@code break} and {@code continue} have a loop to end
 */
record Frame(String template, Symbols symbols, boolean isSoft, boolean inLoop) {

    Scope scope() {
        return symbols.scope();
    }

    /** A part that has variables of its own and runs in the same call. */
    Frame inner(boolean loop) {
        return new Frame(template, new Symbols(symbols, scope()), false, loop);
    }

    /** A part that runs in a call of its own. */
    Frame function() {
        return new Frame(template, new Symbols(symbols, new Scope(scope())), false, false);
    }

    Frame soft() {
        return new Frame(template, symbols, true, inLoop);
    }

    /** The variable of a name. */
    Symbols.Ref ref(String name, int line) {
        Symbols.Ref ref = symbols.find(name);
        if (ref == null) {
            throw fail(line, "the name \"" + name + "\" cannot be used here");
        }
        return ref;
    }

    int hops(Symbols.Ref ref) {
        return scope().hops(ref.scope());
    }

    /** Gives the variables of this part their first values. */
    void enter(Env env) {
        for (Map.Entry<Symbols.Ref, Symbols.Load> entry : symbols.loads().entrySet()) {
            Symbols.Load load = entry.getValue();
            Object value = switch (load.start()) {
                case PARAMETER -> null;
                case GIVEN -> env.run().resolve(load.name());
                case COPY -> env.get(hops(load.outer()), load.outer().slot());
                case MISSING -> Env.MISSING;
            };
            if (load.start() != Symbols.Start.PARAMETER) {
                env.set(0, entry.getKey().slot(), value);
            }
        }
    }

    /** Takes the values from the variables of this part. */
    void leave(Env env) {
        symbols.loads().keySet().forEach(ref -> env.set(0, ref.slot(), Env.MISSING));
    }

    TemplateException fail(int line, String reason) {
        return new TemplateException(template, line, reason);
    }
}
