package org.tornadomla.template;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out whether special names (loop, caller, ...) are read before anything of the same name is set, at any depth.
 */
final class Undeclared {

    private final Set<String> wanted;
    private final Set<String> found = new HashSet<>();
    private final Set<String> set = new HashSet<>();

    private Undeclared(Set<String> wanted) {
        this.wanted = new HashSet<>(wanted);
    }

    static Set<String> find(List<Stmt> body, Set<String> names) {
        Undeclared search = new Undeclared(names);
        search.visit(body);
        return search.found;
    }

    /** Whether anything in the body, at any depth, sets a variable of this name. */
    static boolean sets(List<Stmt> body, String name) {
        Undeclared search = new Undeclared(Set.of());
        search.visit(body);
        return search.set.contains(name);
    }

    private void visit(List<Stmt> body) {
        body.forEach(this::visit);
    }

    private void visit(Stmt statement) {
        switch (statement) {
            case Stmt.Output output -> output.parts().forEach(this::visit);
            case Stmt.For loop -> visit(loop);
            case Stmt.If choice -> {
                visit(choice.test());
                visit(choice.body());
                choice.others().forEach(this::visit);
                visit(choice.otherwise());
            }
            case Stmt.With with -> {
                with.targets().forEach(this::visit);
                with.values().forEach(this::visit);
                visit(with.body());
            }
            case Stmt.Macro macro -> visit(macro.signature());
            case Stmt.CallBlock call -> {
                visit(call.call());
                visit(call.signature());
            }
            case Stmt.FilterBlock filter -> {
                visit(filter.body());
                visit(filter.filter());
            }
            case Stmt.Set set -> {
                visit(set.target());
                visit(set.value());
            }
            case Stmt.SetBlock set -> {
                visit(set.target());
                visit(set.filter());
                visit(set.body());
            }
            case Stmt.Jump jump -> {
            }
        }
    }

    private void visit(Stmt.For loop) {
        visit(loop.target());
        visit(loop.values());
        visit(loop.body());
        visit(loop.otherwise());
        visit(loop.test());
    }

    private void visit(Stmt.Signature signature) {
        signature.parameters().forEach(wanted::remove);
        signature.defaults().forEach(this::visit);
        visit(signature.body());
    }

    private void visit(Target target) {
        target.leaves().forEach(leaf -> {
            if (leaf instanceof Target.Variable variable) {
                wanted.remove(variable.name());
                set.add(variable.name());
            }
        });
    }

    private void visit(Expr expression) {
        if (expression instanceof Expr.Name name) {
            if (wanted.contains(name.name())) {
                found.add(name.name());
            }
        } else if (expression != null) {
            expression.children().forEach(this::visit);
        }
    }
}
