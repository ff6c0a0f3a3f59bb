package org.tornadomla.template;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;

/** Makes loops into code. */
final class LoopCompiler {

    /** Leaves out values for which the test of the loop is false. */
    private interface Filtering {
        Object apply(Env env, Object values);
    }

    /** Runs the body once a value, then what comes when there was none. */
    private interface Rounds {
        Block.Flow run(Env env, StringBuilder out, LoopValue values);
    }

    private final Stmt.For loop;
    private final Frame outer;
    private final Frame inside;
    private final Frame otherwiseFrame;
    private final Symbols.Ref loopRef;

    private LoopCompiler(Stmt.For loop, Frame outer) {
        this.loop = loop;
        this.outer = outer;
        Scope scope = loop.recursive() ? new Scope(outer.scope()) : outer.scope();
        this.inside = new Frame(outer.template(), new Symbols(outer.symbols(), scope), false, true);
        this.otherwiseFrame = new Frame(outer.template(), new Symbols(outer.symbols(), scope), false,
                !loop.recursive() && outer.inLoop());
        boolean isExtended = loop.recursive() || !Undeclared.find(loop.body(), Set.of("loop")).isEmpty();
        this.loopRef = isExtended ? inside.symbols().parameter("loop") : null;
        inside.symbols().parameters(loop.target());
        inside.symbols().visit(loop.body());
        otherwiseFrame.symbols().visit(loop.otherwise());
    }

    static Block compile(Stmt.For loop, Frame frame) {
        LoopCompiler compiler = new LoopCompiler(loop, frame);
        Code values = ExprCompiler.compile(loop.values(), frame);
        Filtering filtering = loop.test() == null ? (env, given) -> given : compiler.filtering();
        Rounds rounds = compiler.rounds();
        if (!loop.recursive()) {
            return (env, out) -> {
                Object given = filtering.apply(env, values.eval(env));
                Run run = env.run();
                run.at(loop.line());
                return rounds.run(env, out, new LoopValue(run, given, null, 0));
            };
        }
        return (env, out) -> {
            String text = compiler.recurse(env, values.eval(env), filtering, rounds, 0);
            out.append(env.run().text(text));
            return Block.Flow.NEXT;
        };
    }

    private String recurse(Env closure, Object given, Filtering filtering, Rounds rounds, int depth) {
        Run run = closure.run();
        run.enter();
        Env env = new Env(inside.scope().size(), closure, run);
        LoopValue.Recursion again = (values, deeper) -> recurse(closure, values, filtering, rounds, deeper);
        StringBuilder text = new StringBuilder();
        rounds.run(env, text, new LoopValue(run, filtering.apply(closure, given), again, depth));
        run.leave();
        return text.toString();
    }

    private Rounds rounds() {
        refuseLoopAsTarget(List.of(loop));
        TargetCompiler.Setter setter = TargetCompiler.compile(loop.target(), inside);
        Block body = StmtCompiler.compile(loop.body(), inside);
        Block otherwise = StmtCompiler.compile(loop.otherwise(), otherwiseFrame);
        return (env, out, values) -> {
            boolean completed = false;
            Block.Flow flow = Block.Flow.NEXT;
            while (flow != Block.Flow.BREAK && values.hasNext()) {
                env.run().step();
                setter.set(env, values.next());
                if (loopRef != null) {
                    env.set(0, loopRef.slot(), values);
                }
                inside.enter(env);
                flow = body.run(env, out);
                // As in Jinja, a round that ends early does not count: "else" comes although there were values.
                completed |= flow == Block.Flow.NEXT;
            }
            inside.leave(env);
            if (completed || loop.otherwise().isEmpty()) {
                return Block.Flow.NEXT;
            }
            otherwiseFrame.enter(env);
            Block.Flow end = otherwise.run(env, out);
            if (end == Block.Flow.NEXT) {
                otherwiseFrame.leave(env);
            }
            return end;
        };
    }

    private Filtering filtering() {
        Frame frame = outer.function();
        frame.symbols().parameters(loop.target());
        frame.symbols().visit(loop.test());
        TargetCompiler.Setter setter = TargetCompiler.compile(loop.target(), frame);
        Code value = TargetCompiler.value(loop.target(), frame);
        Code test = ExprCompiler.compile(loop.test(), frame);
        return (closure, given) -> Once.generator(() -> {
            Env env = new Env(frame.scope().size(), closure, closure.run());
            frame.enter(env);
            Iterator<Object> values = Types.iterate(closure.run(), given);
            return new Filtered(values, item -> {
                setter.set(env, item);
                return Types.truth(closure.run(), test.eval(env)) ? value.eval(env) : Env.MISSING;
            });
        });
    }

    private void refuseLoopAsTarget(List<Stmt> body) {
        if (Undeclared.sets(body, "loop")) {
            throw outer.fail(loop.line(), "the variable \"loop\" of a loop cannot be set");
        }
    }

    /** Values that a test lets through. */
    static final class Filtered implements Iterator<Object> {

        private final Iterator<Object> values;
        private final java.util.function.UnaryOperator<Object> test;
        private Object next = Env.MISSING;

        /**
         * A filter.
         *
         * @param test what becomes of a value: {@link Env#MISSING} if it is left out
         */
        Filtered(Iterator<Object> values, java.util.function.UnaryOperator<Object> test) {
            this.values = values;
            this.test = test;
        }

        @Override
        public boolean hasNext() {
            while (next == Env.MISSING && values.hasNext()) {
                next = test.apply(values.next());
            }
            return next != Env.MISSING;
        }

        @Override
        public Object next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Object value = next;
            next = Env.MISSING;
            return value;
        }
    }
}
