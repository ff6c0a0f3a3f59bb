package org.tornadomla.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Makes targets of assignments into code. */
final class TargetCompiler {

    /** Puts a value into its target. */
    interface Setter {
        void set(Env env, Object value);
    }

    private TargetCompiler() {
    }

    static Setter compile(Target target, Frame frame) {
        switch (target) {
            case Target.Variable variable -> {
                Symbols.Ref ref = frame.ref(variable.name(), variable.line());
                int hops = frame.hops(ref);
                return (env, value) -> env.set(hops, ref.slot(), value);
            }
            case Target.Attribute attribute -> {
                Code namespace = namespace(attribute, frame);
                return (env, value) -> ((NamespaceValue) namespace.eval(env)).attributes().put(env.run(),
                        attribute.name(), value);
            }
            case Target.Parts several -> {
                List<Setter> setters = several.parts().stream().map(part -> compile(part, frame)).toList();
                return (env, value) -> unpack(env, value, setters);
            }
        }
    }

    private static Code namespace(Target.Attribute attribute, Frame frame) {
        return ExprCompiler.compile(new Expr.Name(attribute.namespace(), attribute.line()), frame);
    }

    /** Refuses attributes of what is no namespace, which Jinja does before it computes the value. */
    static Setter check(Target target, Frame frame) {
        List<Code> namespaces = new ArrayList<>();
        target.leaves().forEach(leaf -> {
            if (leaf instanceof Target.Attribute attribute) {
                namespaces.add(namespace(attribute, frame));
            }
        });
        return (env, unused) -> {
            for (Code namespace : namespaces) {
                if (!(namespace.eval(env) instanceof NamespaceValue)) {
                    throw PyError.runtime("cannot assign an attribute of what is no namespace");
                }
            }
        };
    }

    private static void unpack(Env env, Object value, List<Setter> setters) {
        Iterator<Object> values = Types.iterate(env.run(), value);
        List<Object> parts = new ArrayList<>();
        while (parts.size() < setters.size()) {
            if (!values.hasNext()) {
                throw PyError.value(
                        "not enough values to unpack (expected " + setters.size() + ", got " + parts.size() + ")");
            }
            parts.add(values.next());
        }
        if (values.hasNext()) {
            throw PyError.value("too many values to unpack (expected " + setters.size() + ")");
        }
        for (int i = 0; i < parts.size(); i++) {
            setters.get(i).set(env, parts.get(i));
        }
    }

    /** The value that a target was set to, made anew of its parts. */
    static Code value(Target target, Frame frame) {
        return switch (target) {
            case Target.Variable variable ->
                ExprCompiler.compile(new Expr.Name(variable.name(), variable.line()), frame);
            case Target.Parts several -> {
                List<Code> parts = several.parts().stream().map(part -> value(part, frame)).toList();
                yield env -> new TupleValue(ExprCompiler.values(parts, env));
            }
            case Target.Attribute attribute ->
                throw frame.fail(attribute.line(), "an attribute cannot be the variable of a loop");
        };
    }
}
