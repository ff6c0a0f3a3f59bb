package org.tornadomla.template;

import java.util.ArrayList;
import java.util.List;

/** Makes expressions into code. */
final class ExprCompiler {

    private ExprCompiler() {
    }

    static Code compile(Expr expression, Frame frame) {
        return switch (expression) {
            case Expr.Const constant -> env -> constant.value();
            case Expr.Name name -> name(name, frame);
            case Expr.TupleOf tuple -> {
                List<Code> items = all(tuple.items(), frame);
                yield env -> new TupleValue(values(items, env));
            }
            case Expr.ListOf list -> {
                List<Code> items = all(list.items(), frame);
                yield env -> new ListValue(values(items, env));
            }
            case Expr.DictOf dict -> dict(dict, frame);
            case Expr.Choice choice -> choice(choice, frame.soft());
            case Expr.Logic logic -> logic(logic, frame);
            case Expr.Unary unary -> unary(unary, frame);
            case Expr.Binary binary -> binary(binary, frame);
            case Expr.Compare compare -> compare(compare, frame);
            case Expr.Concat concat -> concat(concat, frame);
            case Expr.Attribute attribute -> {
                Code of = compile(attribute.of(), frame);
                yield env -> {
                    Object value = of.eval(env);
                    return Attributes.attribute(at(env, attribute), value, attribute.name());
                };
            }
            case Expr.Item item -> item(item, frame);
            case Expr.Slice slice -> throw frame.fail(slice.line(), "a slice among several keys is not supported");
            case Expr.Call call -> CallCompiler.call(call, frame, null);
            case Expr.Filter filter -> CallCompiler.filter(filter, frame, null);
            case Expr.Test test -> CallCompiler.test(test, frame);
        };
    }

    /** Pays for an evaluation and notes its line. */
    static Run at(Env env, Expr expression) {
        Run run = env.run();
        run.step();
        run.at(expression.line());
        return run;
    }

    static List<Code> all(List<Expr> expressions, Frame frame) {
        List<Code> codes = new ArrayList<>();
        expressions.forEach(expression -> codes.add(compile(expression, frame)));
        return codes;
    }

    static List<Object> values(List<Code> codes, Env env) {
        List<Object> values = new ArrayList<>(codes.size());
        for (Code code : codes) {
            values.add(code.eval(env));
        }
        env.run().steps(1 + codes.size());
        return values;
    }

    private static Code name(Expr.Name name, Frame frame) {
        Symbols.Ref ref = frame.ref(name.name(), name.line());
        int hops = frame.hops(ref);
        int slot = ref.slot();
        boolean isOuter = frame.symbols().isOuterParameter(ref);
        return env -> {
            env.run().step();
            Object value = env.get(hops, slot);
            if (value == Env.MISSING && isOuter) {
                env.run().at(name.line());
                throw PyError.unsupported("the variable \"" + name.name() + "\" of a loop that has ended");
            }
            return value == Env.MISSING ? Undefined.name(name.name()) : value;
        };
    }

    private static Code dict(Expr.DictOf dict, Frame frame) {
        if (dict.keys().stream().anyMatch(key -> key instanceof Expr.ListOf || key instanceof Expr.DictOf)) {
            throw frame.fail(dict.line(), "a list or a dict cannot be a key");
        }
        List<Code> keys = all(dict.keys(), frame);
        List<Code> values = all(dict.values(), frame);
        return env -> {
            DictValue result = new DictValue();
            for (int i = 0; i < keys.size(); i++) {
                Object key = keys.get(i).eval(env);
                result.put(at(env, dict), key, values.get(i).eval(env));
            }
            return result;
        };
    }

    private static Code choice(Expr.Choice choice, Frame frame) {
        Code test = compile(choice.test(), frame);
        Code yes = compile(choice.yes(), frame);
        Code no = choice.no() == null
                ? env -> new Undefined("the inline if-expression was false and has no else")
                : compile(choice.no(), frame);
        return env -> Types.truth(at(env, choice), test.eval(env)) ? yes.eval(env) : no.eval(env);
    }

    private static Code logic(Expr.Logic logic, Frame frame) {
        Code left = compile(logic.left(), frame);
        Code right = compile(logic.right(), frame);
        boolean isAnd = logic.isAnd();
        return env -> {
            Object value = left.eval(env);
            return Types.truth(at(env, logic), value) == isAnd ? right.eval(env) : value;
        };
    }

    private static Code unary(Expr.Unary unary, Frame frame) {
        Code operand = compile(unary.operand(), frame);
        return switch (unary.operator()) {
            case "not" -> env -> {
                Object value = operand.eval(env);
                return !Types.truth(at(env, unary), value);
            };
            case "-" -> env -> {
                Object value = operand.eval(env);
                at(env, unary);
                return Operators.negate(value);
            };
            default -> env -> {
                Object value = operand.eval(env);
                at(env, unary);
                return Operators.plus(value);
            };
        };
    }

    private static Code binary(Expr.Binary binary, Frame frame) {
        Code left = compile(binary.left(), frame);
        Code right = compile(binary.right(), frame);
        // Jinja writes the number into a program of Python, in which -2 ** n is -(2 ** n).
        boolean isQuirk = binary.operator().equals("**") && binary.left().isFixed() && !binary.right().isFixed();
        Operators.Operation operation = isQuirk ? Operators::powerOfFixed : Operators.of(binary.operator());
        return env -> {
            Object first = left.eval(env);
            Object second = right.eval(env);
            return operation.apply(at(env, binary), first, second);
        };
    }

    private static Code compare(Expr.Compare compare, Frame frame) {
        Code first = compile(compare.first(), frame);
        List<Code> rest = all(compare.rest(), frame);
        List<Operators.Operation> operations = compare.operators().stream().map(Operators::of).toList();
        return env -> {
            Object left = first.eval(env);
            Object result = null;
            for (int i = 0; i < rest.size(); i++) {
                Object right = rest.get(i).eval(env);
                Run run = at(env, compare);
                result = operations.get(i).apply(run, left, right);
                if (!Types.truth(run, result)) {
                    return result;
                }
                left = right;
            }
            return result;
        };
    }

    private static Code concat(Expr.Concat concat, Frame frame) {
        List<Code> parts = all(concat.parts(), frame);
        return env -> {
            List<Object> values = values(parts, env);
            Run run = at(env, concat);
            StringBuilder text = new StringBuilder();
            for (Object value : values) {
                text.append(run.text(Texts.str(run, value)));
            }
            return text.toString();
        };
    }

    private static Code item(Expr.Item item, Frame frame) {
        Code of = compile(item.of(), frame);
        if (!(item.key() instanceof Expr.Slice slice)) {
            Code key = compile(item.key(), frame);
            return env -> {
                Object value = of.eval(env);
                Object wanted = key.eval(env);
                return Attributes.item(at(env, item), value, wanted);
            };
        }
        Code start = bound(slice.start(), frame);
        Code stop = bound(slice.stop(), frame);
        Code step = bound(slice.step(), frame);
        return env -> {
            Object value = of.eval(env);
            Object from = start.eval(env);
            Object to = stop.eval(env);
            Object by = step.eval(env);
            return Slices.slice(at(env, item), value, from, to, by);
        };
    }

    private static Code bound(Expr expression, Frame frame) {
        return expression == null ? env -> null : compile(expression, frame);
    }
}
