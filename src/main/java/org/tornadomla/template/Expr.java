package org.tornadomla.template;

import java.util.ArrayList;
import java.util.List;

/** Expressions of a template. */
sealed interface Expr {

    /** Its line, from 1. */
    int line();

    /** A constant, or text outside of tags. */
    record Const(Object value, int line) implements Expr {
    }

    /** A variable that is read. */
    record Name(String name, int line) implements Expr {
    }

    /** Values in parentheses, or with commas between them. */
    record TupleOf(List<Expr> items, int line) implements Expr {
    }

    /** Values in brackets. */
    record ListOf(List<Expr> items, int line) implements Expr {
    }

    /** Keys and values in braces. */
    record DictOf(List<Expr> keys, List<Expr> values, int line) implements Expr {
    }

    /** {@code yes if test else no}; {@code no} may be null. */
    record Choice(Expr test, Expr yes, Expr no, int line) implements Expr {
    }

    /** {@code and} or {@code or}. */
    record Logic(boolean isAnd, Expr left, Expr right, int line) implements Expr {
    }

    /** {@code not}, {@code -} or {@code +}. */
    record Unary(String operator, Expr operand, int line) implements Expr {
    }

    /** Arithmetic. */
    record Binary(String operator, Expr left, Expr right, int line) implements Expr {
    }

    /** Comparisons in a chain: {@code first operator[0] rest[0] operator[1] ...}. */
    record Compare(Expr first, List<String> operators, List<Expr> rest, int line) implements Expr {
    }

    /** Texts joined by {@code ~}. */
    record Concat(List<Expr> parts, int line) implements Expr {
    }

    /** {@code of.name}. */
    record Attribute(Expr of, String name, int line) implements Expr {
    }

    /** {@code of[key]}. */
    record Item(Expr of, Expr key, int line) implements Expr {
    }

    /** {@code start:stop:step} in brackets; each may be null. */
    record Slice(Expr start, Expr stop, Expr step, int line) implements Expr {
    }

    /** A call. */
    record Call(Expr function, Arguments arguments, int line) implements Expr {
    }

    /** {@code of|name(...)}; {@code of} is null for the filter of a block. */
    record Filter(Expr of, String name, Arguments arguments, int line) implements Expr {
    }

    /** {@code of is name(...)}. */
    record Test(Expr of, String name, Arguments arguments, int line) implements Expr {
    }

    /** Arguments of a call: in their order, by name, and unpacked; the last two may be null. */
    record Arguments(List<Expr> positional, List<String> names, List<Expr> named, Expr unpacked, Expr unpackedNamed) {

        static final Arguments NONE = new Arguments(List.of(), List.of(), List.of(), null, null);

        private void addTo(List<Expr> children) {
            children.addAll(positional);
            children.addAll(named);
            add(children, unpacked, unpackedNamed);
        }
    }

    /** The expressions that an expression is made of, in their order. */
    default List<Expr> children() {
        List<Expr> children = new ArrayList<>();
        switch (this) {
            case Const c -> {
            }
            case Name n -> {
            }
            case TupleOf t -> children.addAll(t.items);
            case ListOf l -> children.addAll(l.items);
            case DictOf d -> {
                children.addAll(d.keys);
                children.addAll(d.values);
            }
            case Choice c -> add(children, c.test, c.yes, c.no);
            case Logic l -> add(children, l.left, l.right);
            case Unary u -> add(children, u.operand);
            case Binary b -> add(children, b.left, b.right);
            case Compare c -> {
                children.add(c.first);
                children.addAll(c.rest);
            }
            case Concat c -> children.addAll(c.parts);
            case Attribute a -> add(children, a.of);
            case Item i -> add(children, i.of, i.key);
            case Slice s -> add(children, s.start, s.stop, s.step);
            case Call c -> {
                children.add(c.function);
                c.arguments.addTo(children);
            }
            case Filter f -> {
                add(children, f.of);
                f.arguments.addTo(children);
            }
            case Test t -> {
                add(children, t.of);
                t.arguments.addTo(children);
            }
        }
        return children;
    }

    /** Whether Jinja computes it when it reads the template: no variable and no call is in it. */
    default boolean isFixed() {
        return !(this instanceof Name) && !(this instanceof Call) && children().stream().allMatch(Expr::isFixed);
    }

    private static void add(List<Expr> children, Expr... some) {
        for (Expr child : some) {
            if (child != null) {
                children.add(child);
            }
        }
    }
}
