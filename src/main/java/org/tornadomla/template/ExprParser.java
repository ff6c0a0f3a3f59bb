package org.tornadomla.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads expressions, from the loosest operator to the tightest. */
final class ExprParser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Map<String, Object> CONSTANTS = constants();

    private final Tokens tokens;
    private final PrimaryParser primary;

    ExprParser(Tokens tokens) {
        this.tokens = tokens;
        this.primary = new PrimaryParser(tokens, this);
    }

    private static Map<String, Object> constants() {
        Map<String, Object> constants = new HashMap<>();
        constants.put("true", true);
        constants.put("True", true);
        constants.put("false", false);
        constants.put("False", false);
        constants.put("none", null);
        constants.put("None", null);
        return constants;
    }

    static boolean isConstant(String name) {
        return CONSTANTS.containsKey(name);
    }

    static Object constant(String name) {
        return CONSTANTS.get(name);
    }

    PrimaryParser primary() {
        return primary;
    }

    Expr expression() {
        tokens.enter();
        int line = tokens.line();
        Expr value = or();
        while (tokens.skipName("if")) {
            Expr test = or();
            Expr no = tokens.skipName("else") ? expression() : null;
            value = new Expr.Choice(test, value, no, line);
        }
        tokens.leave();
        return value;
    }

    /**
     * An expression, or several with commas between them.
     *
     * @param withChoice    whether {@code a if b else c} may stand here
     * @param inParentheses whether nothing at all is an empty tuple
     */
    Expr tuple(boolean withChoice, boolean inParentheses) {
        int line = tokens.line();
        List<Expr> items = new ArrayList<>();
        boolean several = false;
        while (!atTupleEnd()) {
            items.add(withChoice ? expression() : or());
            if (!tokens.skipOperator(",")) {
                break;
            }
            several = true;
        }
        if (several || items.isEmpty() && inParentheses) {
            return new Expr.TupleOf(items, line);
        }
        if (items.isEmpty()) {
            throw tokens.fail("expected an expression, found " + tokens.current().text());
        }
        return items.getFirst();
    }

    boolean atTupleEnd() {
        return tokens.is(Token.Kind.VARIABLE_END) || tokens.is(Token.Kind.BLOCK_END) || tokens.isOperator(")");
    }

    private Expr or() {
        int line = tokens.line();
        Expr left = and();
        while (tokens.skipName("or")) {
            left = new Expr.Logic(false, left, and(), line);
        }
        return left;
    }

    private Expr and() {
        int line = tokens.line();
        Expr left = not();
        while (tokens.skipName("and")) {
            left = new Expr.Logic(true, left, not(), line);
        }
        return left;
    }

    private Expr not() {
        int line = tokens.line();
        if (!tokens.skipName("not")) {
            return compare();
        }
        tokens.enter();
        Expr negated = new Expr.Unary("not", not(), line);
        tokens.leave();
        return negated;
    }

    private Expr compare() {
        int line = tokens.line();
        Expr first = sum();
        List<String> operators = new ArrayList<>();
        List<Expr> rest = new ArrayList<>();
        while (true) {
            if (tokens.is(Token.Kind.OPERATOR) && COMPARISONS.contains(tokens.current().text())) {
                operators.add(tokens.next().text());
            } else if (tokens.skipName("in")) {
                operators.add("in");
            } else if (tokens.isName("not") && tokens.look().isName("in")) {
                tokens.next();
                tokens.next();
                operators.add("not in");
            } else {
                return rest.isEmpty() ? first : new Expr.Compare(first, operators, rest, line);
            }
            rest.add(sum());
        }
    }

    private Expr sum() {
        int line = tokens.line();
        Expr left = concat();
        while (tokens.isOperator("+") || tokens.isOperator("-")) {
            left = new Expr.Binary(tokens.next().text(), left, concat(), line);
        }
        return left;
    }

    private Expr concat() {
        int line = tokens.line();
        List<Expr> parts = new ArrayList<>();
        parts.add(product());
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return parts.size() == 1 ? parts.getFirst() : new Expr.Concat(parts, line);
    }

    private Expr product() {
        int line = tokens.line();
        Expr left = power();
        while (tokens.isOperator("*") || tokens.isOperator("/") || tokens.isOperator("//") || tokens.isOperator("%")) {
            left = new Expr.Binary(tokens.next().text(), left, power(), line);
        }
        return left;
    }

    /** Jinja's powers associate to the left, unlike Python's. */
    private Expr power() {
        int line = tokens.line();
        Expr left = unary(true);
        while (tokens.skipOperator("**")) {
            left = new Expr.Binary("**", left, unary(true), line);
        }
        return left;
    }

    private Expr unary(boolean withFilter) {
        int line = tokens.line();
        Expr value;
        if (tokens.isOperator("-") || tokens.isOperator("+")) {
            tokens.enter();
            value = new Expr.Unary(tokens.next().text(), unary(false), line);
            tokens.leave();
        } else {
            value = primary.read();
        }
        value = primary.postfix(value);
        return withFilter ? primary.filters(value) : value;
    }
}
