package org.tornadomla.template;

import java.util.List;
import org.tornadomla.error.TemplateException;

/** The tokens of a template as its parser reads them. */
final class Tokens {

    /** Parentheses, blocks and the like within each other. */
    private static final int DEPTH = 100;

    private final String template;
    private final List<Token> tokens;
    private int at;
    private int depth;

    Tokens(String template, List<Token> tokens) {
        this.template = template;
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(at);
    }

    int line() {
        return current().line();
    }

    /** The token behind the current one. */
    Token look() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = current();
        if (at < tokens.size() - 1) {
            at++;
        }
        return token;
    }

    boolean is(Token.Kind kind) {
        return current().kind() == kind;
    }

    boolean isOperator(String operator) {
        return current().isOperator(operator);
    }

    boolean isName(String name) {
        return current().isName(name);
    }

    boolean skipOperator(String operator) {
        return isOperator(operator) && next() != null;
    }

    boolean skipName(String name) {
        return isName(name) && next() != null;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw fail("expected '" + operator + "', found " + current().text());
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw fail("expected '" + name + "', found " + current().text());
        }
    }

    Token expect(Token.Kind kind, String what) {
        if (!is(kind)) {
            throw fail("expected " + what + ", found " + current().text());
        }
        return next();
    }

    /** One level deeper; what nests deeper than anybody writes is refused. */
    void enter() {
        if (++depth > DEPTH) {
            throw fail("more than " + DEPTH + " levels within each other");
        }
    }

    void leave() {
        depth--;
    }

    TemplateException fail(String reason) {
        return fail(line(), reason);
    }

    TemplateException fail(int line, String reason) {
        return new TemplateException(template, line, reason);
    }
}
