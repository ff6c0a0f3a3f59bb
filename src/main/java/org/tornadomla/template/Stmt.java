package org.tornadomla.template;

import java.util.List;

/** Statements of a template. */
sealed interface Stmt {

    /** Its line, from 1. */
    int line();

    /** Text, and expressions that are printed. */
    record Output(List<Expr> parts, int line) implements Stmt {
    }

    /** A loop; {@code test} may be null, {@code otherwise} empty. */
    record For(Target target, Expr values, List<Stmt> body, List<Stmt> otherwise, Expr test, boolean recursive,
            int line) implements Stmt {
    }

    /** A choice. */
    record If(Expr test, List<Stmt> body, List<If> others, List<Stmt> otherwise, int line) implements Stmt {
    }

    /** Variables for a part of the template. */
    record With(List<Target> targets, List<Expr> values, List<Stmt> body, int line) implements Stmt {
    }

    /** Parameters, the defaults of the last of them, and what is done with them. */
    record Signature(List<String> parameters, List<Expr> defaults, List<Stmt> body) {
    }

    /** A macro. */
    record Macro(String name, Signature signature, int line) implements Stmt {
    }

    /** A call that is handed what stands in the block; without call, what stands in the block is printed. */
    record CallBlock(Expr.Call call, Signature signature, int line) implements Stmt {
    }

    /** A filter of what stands in the block. */
    record FilterBlock(Expr.Filter filter, List<Stmt> body, int line) implements Stmt {
    }

    /** {@code set target = value}. */
    record Set(Target target, Expr value, int line) implements Stmt {
    }

    /** {@code set target} with a block; {@code filter} may be null. */
    record SetBlock(Target target, Expr.Filter filter, List<Stmt> body, int line) implements Stmt {
    }

    /** {@code break} or {@code continue}. */
    record Jump(boolean isBreak, int line) implements Stmt {
    }
}
