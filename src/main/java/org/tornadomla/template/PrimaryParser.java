package org.tornadomla.template;

import java.util.ArrayList;
import java.util.List;

/** Reads names, constants and brackets, and what stands behind them: attributes, calls, filters and tests. */
final class PrimaryParser {

    private final Tokens tokens;
    private final ExprParser expressions;

    PrimaryParser(Tokens tokens, ExprParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    Expr read() {
        Token token = tokens.current();
        switch (token.kind()) {
            case NAME :
                tokens.next();
                return ExprParser.isConstant(token.text())
                        ? new Expr.Const(ExprParser.constant(token.text()), token.line())
                        : new Expr.Name(token.text(), token.line());
            case STRING :
                return strings();
            case INTEGER, FLOAT :
                tokens.next();
                return new Expr.Const(token.value(), token.line());
            default :
                return brackets(token);
        }
    }

    /** Strings that follow each other are one. */
    private Expr strings() {
        int line = tokens.line();
        StringBuilder text = new StringBuilder();
        while (tokens.is(Token.Kind.STRING)) {
            text.append(tokens.next().value());
        }
        return new Expr.Const(text.toString(), line);
    }

    private Expr brackets(Token token) {
        if (tokens.skipOperator("(")) {
            Expr inside = expressions.tuple(true, true);
            tokens.expectOperator(")");
            return inside;
        }
        if (tokens.skipOperator("[")) {
            return list(token.line());
        }
        if (tokens.skipOperator("{")) {
            return dict(token.line());
        }
        throw tokens.fail("unexpected " + token.text());
    }

    private Expr list(int line) {
        List<Expr> items = new ArrayList<>();
        while (!tokens.isOperator("]")) {
            if (!items.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.isOperator("]")) {
                    break;
                }
            }
            items.add(expressions.expression());
        }
        tokens.expectOperator("]");
        return new Expr.ListOf(items, line);
    }

    private Expr dict(int line) {
        List<Expr> keys = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (!tokens.isOperator("}")) {
            if (!keys.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.isOperator("}")) {
                    break;
                }
            }
            keys.add(expressions.expression());
            tokens.expectOperator(":");
            values.add(expressions.expression());
        }
        tokens.expectOperator("}");
        return new Expr.DictOf(keys, values, line);
    }

    /** Attributes, items and calls behind a value. */
    Expr postfix(Expr start) {
        Expr value = start;
        while (true) {
            int line = tokens.line();
            if (tokens.skipOperator(".")) {
                value = attribute(value, line);
            } else if (tokens.skipOperator("[")) {
                value = item(value, line);
            } else if (tokens.isOperator("(")) {
                value = new Expr.Call(value, arguments(), line);
            } else {
                return value;
            }
        }
    }

    private Expr attribute(Expr of, int line) {
        Token name = tokens.next();
        if (name.kind() == Token.Kind.NAME) {
            return new Expr.Attribute(of, name.text(), line);
        }
        if (name.kind() == Token.Kind.INTEGER) {
            return new Expr.Item(of, new Expr.Const(name.value(), line), line);
        }
        throw tokens.fail("expected a name or a number behind the point, found " + name.text());
    }

    private Expr item(Expr of, int line) {
        List<Expr> keys = new ArrayList<>();
        while (!tokens.isOperator("]")) {
            if (!keys.isEmpty()) {
                tokens.expectOperator(",");
            }
            keys.add(key());
        }
        tokens.expectOperator("]");
        return new Expr.Item(of, keys.size() == 1 ? keys.getFirst() : new Expr.TupleOf(keys, line), line);
    }

    private Expr key() {
        int line = tokens.line();
        Expr start = null;
        if (!tokens.isOperator(":")) {
            start = expressions.expression();
            if (!tokens.isOperator(":")) {
                return start;
            }
        }
        tokens.expectOperator(":");
        Expr stop = atKeyEnd() || tokens.isOperator(":") ? null : expressions.expression();
        Expr step = tokens.skipOperator(":") && !atKeyEnd() ? expressions.expression() : null;
        return new Expr.Slice(start, stop, step, line);
    }

    private boolean atKeyEnd() {
        return tokens.isOperator("]") || tokens.isOperator(",");
    }

    /** Filters, tests and further calls behind a value. */
    Expr filters(Expr start) {
        Expr value = start;
        while (true) {
            if (tokens.isOperator("|")) {
                value = filter(value);
            } else if (tokens.isName("is")) {
                value = test(value);
            } else if (tokens.isOperator("(")) {
                int line = tokens.line();
                value = new Expr.Call(value, arguments(), line);
            } else {
                return value;
            }
        }
    }

    /** Filters that start with {@code |}. */
    Expr filter(Expr start) {
        Expr value = start;
        while (tokens.skipOperator("|")) {
            value = filterName(value);
        }
        return value;
    }

    Expr filterName(Expr of) {
        int line = tokens.line();
        String name = dottedName("the name of a filter");
        return new Expr.Filter(of, name, tokens.isOperator("(") ? arguments() : Expr.Arguments.NONE, line);
    }

    private String dottedName(String what) {
        StringBuilder name = new StringBuilder(tokens.expect(Token.Kind.NAME, what).text());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(Token.Kind.NAME, what).text());
        }
        return name.toString();
    }

    private Expr test(Expr of) {
        int line = tokens.next().line();
        boolean negated = tokens.skipName("not");
        String name = dottedName("the name of a test");
        Expr.Arguments arguments = Expr.Arguments.NONE;
        if (tokens.isOperator("(")) {
            arguments = arguments();
        } else if (startsValue() && !tokens.isName("else") && !tokens.isName("or") && !tokens.isName("and")) {
            if (tokens.isName("is")) {
                throw tokens.fail("tests with \"is\" cannot be chained");
            }
            arguments = new Expr.Arguments(List.of(postfix(read())), List.of(), List.of(), null, null);
        }
        Expr test = new Expr.Test(of, name, arguments, line);
        return negated ? new Expr.Unary("not", test, line) : test;
    }

    private boolean startsValue() {
        return switch (tokens.current().kind()) {
            case NAME, STRING, INTEGER, FLOAT -> true;
            default -> tokens.isOperator("[") || tokens.isOperator("{");
        };
    }

    private Expr.Arguments arguments() {
        tokens.expectOperator("(");
        List<Expr> positional = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Expr> named = new ArrayList<>();
        Expr unpacked = null;
        Expr unpackedNamed = null;
        boolean first = true;
        while (!tokens.isOperator(")")) {
            if (!first) {
                tokens.expectOperator(",");
                if (tokens.isOperator(")")) {
                    break;
                }
            }
            first = false;
            boolean isNamed = tokens.is(Token.Kind.NAME) && tokens.look().isOperator("=");
            boolean isUnpacked = tokens.isOperator("*") || tokens.isOperator("**");
            check(unpackedNamed == null
                    && (isNamed || unpacked == null && (isUnpacked || names.isEmpty()) || tokens.isOperator("**")));
            if (tokens.skipOperator("*")) {
                unpacked = expressions.expression();
            } else if (tokens.skipOperator("**")) {
                unpackedNamed = expressions.expression();
            } else if (isNamed) {
                String name = tokens.next().text();
                check(!names.contains(name));
                names.add(name);
                tokens.next();
                named.add(expressions.expression());
            } else {
                positional.add(expressions.expression());
            }
        }
        tokens.expectOperator(")");
        return new Expr.Arguments(positional, names, named, unpacked, unpackedNamed);
    }

    private void check(boolean valid) {
        if (!valid) {
            throw tokens.fail("the arguments of the call are out of order or name one twice");
        }
    }
}
