package org.tornadomla.template;

import java.util.ArrayList;
import java.util.List;

/** Makes statements into code. */
final class StmtCompiler {

    private StmtCompiler() {
    }

    static Block compile(List<Stmt> body, Frame frame) {
        List<Block> blocks = new ArrayList<>();
        body.forEach(statement -> blocks.add(compile(statement, frame)));
        if (blocks.size() == 1) {
            return blocks.getFirst();
        }
        return (env, out) -> {
            for (Block block : blocks) {
                Block.Flow flow = block.run(env, out);
                if (flow != Block.Flow.NEXT) {
                    return flow;
                }
            }
            return Block.Flow.NEXT;
        };
    }

    private static Block compile(Stmt statement, Frame frame) {
        return switch (statement) {
            case Stmt.Output output -> output(output, frame);
            case Stmt.For loop -> LoopCompiler.compile(loop, frame);
            case Stmt.If choice -> choice(choice, frame.soft());
            case Stmt.With with -> with(with, frame);
            case Stmt.Macro macro -> macro(macro, frame);
            case Stmt.CallBlock call -> callBlock(call, frame);
            case Stmt.FilterBlock filter -> filterBlock(filter, frame);
            case Stmt.Set set -> set(set, frame);
            case Stmt.SetBlock set -> setBlock(set, frame);
            case Stmt.Jump jump -> jump(jump, frame);
        };
    }

    private static Block output(Stmt.Output output, Frame frame) {
        List<Code> parts = ExprCompiler.all(output.parts(), frame);
        return (env, out) -> {
            for (int i = 0; i < parts.size(); i++) {
                Object value = parts.get(i).eval(env);
                Run run = ExprCompiler.at(env, output.parts().get(i));
                out.append(run.text(Texts.str(run, value)));
            }
            return Block.Flow.NEXT;
        };
    }

    private static Block choice(Stmt.If choice, Frame frame) {
        List<Code> tests = new ArrayList<>();
        List<Block> bodies = new ArrayList<>();
        tests.add(ExprCompiler.compile(choice.test(), frame));
        bodies.add(compile(choice.body(), frame));
        for (Stmt.If other : choice.others()) {
            tests.add(ExprCompiler.compile(other.test(), frame));
            bodies.add(compile(other.body(), frame));
        }
        Block otherwise = compile(choice.otherwise(), frame);
        return (env, out) -> {
            for (int i = 0; i < tests.size(); i++) {
                if (Types.truth(env.run(), tests.get(i).eval(env))) {
                    return bodies.get(i).run(env, out);
                }
            }
            return otherwise.run(env, out);
        };
    }

    private static Block with(Stmt.With with, Frame frame) {
        Frame inner = frame.inner(frame.inLoop());
        with.targets().forEach(inner.symbols()::parameters);
        inner.symbols().visit(with.body());
        List<Code> values = ExprCompiler.all(with.values(), frame);
        List<TargetCompiler.Setter> setters = with.targets().stream()
                .map(target -> TargetCompiler.compile(target, inner)).toList();
        Block body = compile(with.body(), inner);
        return (env, out) -> {
            inner.enter(env);
            for (int i = 0; i < values.size(); i++) {
                setters.get(i).set(env, values.get(i).eval(env));
            }
            Block.Flow flow = body.run(env, out);
            if (flow == Block.Flow.NEXT) {
                inner.leave(env);
            }
            return flow;
        };
    }

    private static Block macro(Stmt.Macro macro, Frame frame) {
        Code value = MacroCompiler.compile(macro.name(), macro.signature(), macro.line(), frame);
        TargetCompiler.Setter setter = TargetCompiler.compile(new Target.Variable(macro.name(), macro.line()), frame);
        return (env, out) -> {
            setter.set(env, value.eval(env));
            return Block.Flow.NEXT;
        };
    }

    private static Block callBlock(Stmt.CallBlock block, Frame frame) {
        Code caller = MacroCompiler.compile(null, block.signature(), block.line(), frame);
        Code call = block.call() == null
                ? env -> ((MacroValue) caller.eval(env)).call(env.run(), Args.of())
                : CallCompiler.call(block.call(), frame, caller);
        return (env, out) -> {
            out.append(env.run().text(Texts.joinable(call.eval(env))));
            return Block.Flow.NEXT;
        };
    }

    private static Block filterBlock(Stmt.FilterBlock block, Frame frame) {
        Frame inner = frame.inner(frame.inLoop());
        inner.symbols().visit(block.body());
        inner.symbols().visit(block.filter());
        Block body = compile(block.body(), inner);
        int slot = frame.scope().slot();
        Code filtered = CallCompiler.filter(block.filter(), inner, env -> env.get(0, slot));
        return (env, out) -> {
            inner.enter(env);
            StringBuilder inside = new StringBuilder();
            Block.Flow flow = body.run(env, inside);
            if (flow != Block.Flow.NEXT) {
                return flow;
            }
            env.set(0, slot, inside.toString());
            out.append(env.run().text(Texts.joinable(filtered.eval(env))));
            inner.leave(env);
            return flow;
        };
    }

    private static Block set(Stmt.Set set, Frame frame) {
        TargetCompiler.Setter check = TargetCompiler.check(set.target(), frame);
        TargetCompiler.Setter setter = TargetCompiler.compile(set.target(), frame);
        Code value = ExprCompiler.compile(set.value(), frame);
        return (env, out) -> {
            env.run().at(set.line());
            check.set(env, null);
            setter.set(env, value.eval(env));
            return Block.Flow.NEXT;
        };
    }

    private static Block setBlock(Stmt.SetBlock set, Frame frame) {
        Frame inner = frame.inner(frame.inLoop());
        inner.symbols().visit(set.body());
        Block body = compile(set.body(), inner);
        int slot = frame.scope().slot();
        Code text = env -> env.get(0, slot);
        Code value = set.filter() == null ? text : CallCompiler.filter(set.filter(), inner, text);
        TargetCompiler.Setter check = TargetCompiler.check(set.target(), frame);
        TargetCompiler.Setter setter = TargetCompiler.compile(set.target(), frame);
        return (env, out) -> {
            inner.enter(env);
            StringBuilder inside = new StringBuilder();
            Block.Flow flow = body.run(env, inside);
            if (flow != Block.Flow.NEXT) {
                return flow;
            }
            env.set(0, slot, inside.toString());
            check.set(env, null);
            setter.set(env, value.eval(env));
            inner.leave(env);
            return flow;
        };
    }

    private static Block jump(Stmt.Jump jump, Frame frame) {
        if (!frame.inLoop()) {
            throw frame.fail(jump.line(),
                    "\"" + (jump.isBreak() ? "break" : "continue") + "\" stands outside of a loop");
        }
        Block.Flow flow = jump.isBreak() ? Block.Flow.BREAK : Block.Flow.CONTINUE;
        return (env, out) -> flow;
    }
}
