package org.tornadomla.template;

import java.util.ArrayList;
import java.util.List;

/** Reads what stands to the left of {@code =} or {@code in}. */
final class TargetParser {

    private final Tokens tokens;
    private final ExprParser expressions;

    TargetParser(Tokens tokens, ExprParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    /** A name that may be assigned to. */
    Target.Variable name() {
        Token name = tokens.expect(Token.Kind.NAME, "a name");
        return variable(name.text(), name.line());
    }

    private Target.Variable variable(String name, int line) {
        if (ExprParser.isConstant(name)) {
            throw tokens.fail(line, "cannot assign to " + name);
        }
        return new Target.Variable(name, line);
    }

    /**
     * A target, or several with commas between them.
     *
     * @param withAttributes whether attributes of a namespace may be assigned to
     */
    Target target(boolean withAttributes) {
        int line = tokens.line();
        List<Target> parts = new ArrayList<>();
        boolean several = false;
        while (!expressions.atTupleEnd()) {
            parts.add(part(withAttributes));
            if (!tokens.skipOperator(",")) {
                break;
            }
            several = true;
        }
        if (parts.isEmpty()) {
            throw tokens.fail("expected a name to assign to, found " + tokens.current().text());
        }
        return several ? new Target.Parts(parts, line) : parts.getFirst();
    }

    private Target part(boolean withAttributes) {
        Token token = tokens.current();
        if (withAttributes && token.kind() == Token.Kind.NAME && tokens.look().isOperator(".")
                && !ExprParser.isConstant(token.text())) {
            tokens.next();
            tokens.next();
            return new Target.Attribute(token.text(), tokens.expect(Token.Kind.NAME, "the name of an attribute").text(),
                    token.line());
        }
        return of(expressions.primary().read());
    }

    private Target of(Expr expression) {
        return switch (expression) {
            case Expr.Name name -> variable(name.name(), name.line());
            case Expr.TupleOf tuple -> new Target.Parts(tuple.items().stream().map(this::of).toList(), tuple.line());
            default -> throw tokens.fail(expression.line(), "cannot assign to this expression");
        };
    }
}
