package org.tornadomla.template;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which variable a name means in one part of a template. Jinja decides this before it renders, by where names are read
 * and set: a name that is set in a loop starts each round with the value from outside, a macro sees later changes
 * outside, and so on.
 */
final class Symbols {

    /** The place of a variable. */
    record Ref(Scope scope, int slot) {
    }

    /** What a variable is when its part of the template starts. */
    enum Start {
        /** It is set by a caller or a loop. */
        PARAMETER,
        /** It is what the template was given under the name. */
        GIVEN,
        /** It is what another variable, outside, is. */
        COPY,
        /** It has no value. */
        MISSING
    }

    /** How a variable starts: a name for {@code GIVEN}, a variable for {@code COPY}. */
    record Load(Start start, String name, Ref outer) {
    }

    private final Symbols parent;
    private final Scope scope;
    private final int level;
    private final Map<String, Ref> refs = new HashMap<>();
    private final Map<Ref, Load> loads = new LinkedHashMap<>();
    private final Set<String> stores = new HashSet<>();

    Symbols(Symbols parent, Scope scope) {
        this(parent, scope, parent == null ? 0 : parent.level + 1);
    }

    private Symbols(Symbols parent, Scope scope, int level) {
        this.parent = parent;
        this.scope = scope;
        this.level = level;
    }

    private Symbols copy() {
        Symbols copy = new Symbols(parent, scope, level);
        copy.refs.putAll(refs);
        copy.loads.putAll(loads);
        copy.stores.addAll(stores);
        return copy;
    }

    Scope scope() {
        return scope;
    }

    Map<Ref, Load> loads() {
        return loads;
    }

    /** The variable of a name; null if nothing here or outside knows it. */
    Ref find(String name) {
        Ref ref = refs.get(name);
        return ref != null || parent == null ? ref : parent.find(name);
    }

    /** Whether a variable is set from outside of this part, by a caller or a loop around it. */
    boolean isOuterParameter(Ref ref) {
        for (Symbols symbols = parent; symbols != null && !loads.containsKey(ref); symbols = symbols.parent) {
            if (symbols.loads.containsKey(ref)) {
                return symbols.loads.get(ref).start == Start.PARAMETER;
            }
        }
        return false;
    }

    private Ref define(String name, Load load) {
        Ref ref = new Ref(scope, scope.slot(name, level));
        refs.put(name, ref);
        loads.put(ref, load);
        return ref;
    }

    Ref parameter(String name) {
        stores.add(name);
        return define(name, new Load(Start.PARAMETER, null, null));
    }

    void store(String name) {
        stores.add(name);
        if (!refs.containsKey(name)) {
            Ref outer = parent == null ? null : parent.find(name);
            define(name, outer == null ? new Load(Start.MISSING, null, null) : new Load(Start.COPY, null, outer));
        }
    }

    void load(String name) {
        if (find(name) == null) {
            define(name, new Load(Start.GIVEN, name, null));
        }
    }

    /** Names of a choice, of whose branches only one runs. */
    private void branches(List<Symbols> branches) {
        Set<String> stored = new HashSet<>();
        branches.forEach(branch -> stored.addAll(branch.stores));
        stored.removeAll(stores);
        for (Symbols branch : branches) {
            refs.putAll(branch.refs);
            loads.putAll(branch.loads);
            stores.addAll(branch.stores);
        }
        for (String name : stored) {
            Ref outer = parent == null ? null : parent.find(name);
            loads.put(find(name),
                    outer == null ? new Load(Start.GIVEN, name, null) : new Load(Start.COPY, null, outer));
        }
    }

    void visit(List<Stmt> body) {
        body.forEach(this::visit);
    }

    /** Takes up the names that a statement reads and sets in this part; what is a part of its own is left out. */
    private void visit(Stmt statement) {
        switch (statement) {
            case Stmt.Output output -> output.parts().forEach(this::visit);
            case Stmt.For loop -> visit(loop.values());
            case Stmt.If choice -> choice(choice);
            case Stmt.With with -> with.values().forEach(this::visit);
            case Stmt.Macro macro -> store(macro.name());
            case Stmt.CallBlock call -> visit(call.call());
            case Stmt.FilterBlock filter -> visit(filter.filter());
            case Stmt.Set set -> {
                visit(set.value());
                visit(set.target());
            }
            case Stmt.SetBlock set -> visit(set.target());
            case Stmt.Jump jump -> {
            }
        }
    }

    void visit(Expr expression) {
        if (expression instanceof Expr.Name name) {
            load(name.name());
        } else if (expression != null) {
            expression.children().forEach(this::visit);
        }
    }

    private void visit(Target target) {
        target.leaves().forEach(leaf -> {
            switch (leaf) {
                case Target.Variable variable -> store(variable.name());
                case Target.Attribute attribute -> load(attribute.namespace());
                case Target.Parts parts -> throw new IllegalStateException("parts have no parts left");
            }
        });
    }

    /** Takes up a target that is set from outside. */
    void parameters(Target target) {
        target.leaves().forEach(leaf -> parameter(((Target.Variable) leaf).name()));
    }

    private void choice(Stmt.If choice) {
        visit(choice.test());
        Symbols body = copy();
        body.visit(choice.body());
        Symbols others = copy();
        choice.others().forEach(others::choice);
        Symbols otherwise = copy();
        otherwise.visit(choice.otherwise());
        branches(List.of(body, others, otherwise));
    }

    /** Takes up parameters, their defaults and the body of a macro. */
    void signature(Stmt.Signature signature) {
        signature.parameters().forEach(this::parameter);
        signature.defaults().forEach(this::visit);
        visit(signature.body());
    }
}
