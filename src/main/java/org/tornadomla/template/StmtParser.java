package org.tornadomla.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads statements. */
final class StmtParser {

    /** Blocks that Jinja has and chat templates have no use for: they read other files, or turn on HTML. */
    private static final Set<String> REFUSED = Set.of("extends", "block", "include", "import", "from", "autoescape");

    private final Tokens tokens;
    private final ExprParser expressions;
    private final TargetParser targets;

    StmtParser(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExprParser(tokens);
        this.targets = new TargetParser(tokens, expressions);
    }

    /** The whole template. */
    List<Stmt> template() {
        List<Stmt> body = statements(Set.of());
        if (!tokens.is(Token.Kind.END)) {
            throw tokens.fail("unexpected " + tokens.current().text());
        }
        return body;
    }

    /** Statements up to a block of one of these names, whose name is then the current token. */
    private List<Stmt> statements(Set<String> ends) {
        tokens.enter();
        List<Stmt> body = new ArrayList<>();
        List<Expr> output = new ArrayList<>();
        while (!tokens.is(Token.Kind.END)) {
            Token token = tokens.next();
            if (token.kind() == Token.Kind.DATA) {
                output.add(new Expr.Const(token.value(), token.line()));
            } else if (token.kind() == Token.Kind.VARIABLE_BEGIN) {
                output.add(expressions.tuple(true, false));
                tokens.expect(Token.Kind.VARIABLE_END, "the end of the tag");
            } else {
                flush(output, body);
                if (tokens.is(Token.Kind.NAME) && ends.contains(tokens.current().text())) {
                    tokens.leave();
                    return body;
                }
                body.add(statement());
                tokens.expect(Token.Kind.BLOCK_END, "the end of the tag");
            }
        }
        flush(output, body);
        if (!ends.isEmpty()) {
            throw tokens.fail("the template ends where one of " + new java.util.TreeSet<>(ends) + " must come");
        }
        tokens.leave();
        return body;
    }

    private static void flush(List<Expr> output, List<Stmt> body) {
        if (!output.isEmpty()) {
            body.add(new Stmt.Output(List.copyOf(output), output.getFirst().line()));
            output.clear();
        }
    }

    private Stmt statement() {
        Token tag = tokens.expect(Token.Kind.NAME, "the name of a block");
        int line = tag.line();
        return switch (tag.text()) {
            case "for" -> loop(line);
            case "if" -> choice(line);
            case "set" -> set(line);
            case "macro" -> new Stmt.Macro(tokens.expect(Token.Kind.NAME, "the name of the macro").text(),
                    signature("endmacro"), line);
            case "call" -> call(line);
            case "filter" -> new Stmt.FilterBlock((Expr.Filter) filterChain(), body("endfilter"), line);
            case "with" -> with(line);
            case "print" -> print(line);
            case "break", "continue" -> new Stmt.Jump(tag.text().equals("break"), line);
            case "generation" ->
                new Stmt.CallBlock(null, new Stmt.Signature(List.of(), List.of(), body("endgeneration")), line);
            default -> throw tokens.fail(line,
                    REFUSED.contains(tag.text())
                            ? "the block \"" + tag.text() + "\" is not supported"
                            : "unexpected block \"" + tag.text() + "\"");
        };
    }

    private Expr filterChain() {
        return expressions.primary().filter(expressions.primary().filterName(null));
    }

    /** What stands between the current tag and the end tag, which is read too. */
    private List<Stmt> body(String end) {
        List<Stmt> body = branch(Set.of(end));
        tokens.next();
        return body;
    }

    private List<Stmt> branch(Set<String> ends) {
        tokens.skipOperator(":");
        tokens.expect(Token.Kind.BLOCK_END, "the end of the tag");
        return statements(ends);
    }

    private Stmt loop(int line) {
        Target target = targets.target(false);
        tokens.expectName("in");
        Expr values = expressions.tuple(false, false);
        Expr test = tokens.skipName("if") ? expressions.expression() : null;
        boolean recursive = tokens.skipName("recursive");
        List<Stmt> body = branch(Set.of("endfor", "else"));
        List<Stmt> otherwise = tokens.next().text().equals("endfor") ? List.of() : body("endfor");
        return new Stmt.For(target, values, body, otherwise, test, recursive, line);
    }

    private Stmt choice(int line) {
        Expr test = expressions.tuple(false, false);
        List<Stmt> body = branch(Set.of("elif", "else", "endif"));
        List<Stmt.If> others = new ArrayList<>();
        Token end = tokens.next();
        while (end.text().equals("elif")) {
            Expr other = expressions.tuple(false, false);
            others.add(new Stmt.If(other, branch(Set.of("elif", "else", "endif")), List.of(), List.of(), end.line()));
            end = tokens.next();
        }
        return new Stmt.If(test, body, others, end.text().equals("else") ? body("endif") : List.of(), line);
    }

    private Stmt set(int line) {
        Target target = targets.target(true);
        if (tokens.skipOperator("=")) {
            return new Stmt.Set(target, expressions.tuple(true, false), line);
        }
        Expr filter = tokens.isOperator("|") ? expressions.primary().filter(null) : null;
        return new Stmt.SetBlock(target, (Expr.Filter) filter, body("endset"), line);
    }

    private Stmt.Signature signature(String end) {
        List<String> parameters = new ArrayList<>();
        List<Expr> defaults = new ArrayList<>();
        tokens.expectOperator("(");
        while (!tokens.isOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            String name = targets.name().name();
            if (parameters.contains(name)) {
                throw tokens.fail("two parameters are called \"" + name + "\"");
            }
            if (tokens.skipOperator("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw tokens.fail("a parameter without default stands behind one that has a default");
            }
            parameters.add(name);
        }
        tokens.expectOperator(")");
        return new Stmt.Signature(parameters, defaults, end == null ? List.of() : body(end));
    }

    private Stmt call(int line) {
        Stmt.Signature head = tokens.isOperator("(")
                ? signature(null)
                : new Stmt.Signature(List.of(), List.of(), List.of());
        if (!(expressions.expression() instanceof Expr.Call call)) {
            throw tokens.fail(line, "the block \"call\" needs a call");
        }
        return new Stmt.CallBlock(call, new Stmt.Signature(head.parameters(), head.defaults(), body("endcall")), line);
    }

    private Stmt with(int line) {
        List<Target> names = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (!tokens.is(Token.Kind.BLOCK_END)) {
            if (!names.isEmpty()) {
                tokens.expectOperator(",");
            }
            names.add(targets.target(false));
            tokens.expectOperator("=");
            values.add(expressions.expression());
        }
        return new Stmt.With(names, values, body("endwith"), line);
    }

    private Stmt print(int line) {
        List<Expr> parts = new ArrayList<>();
        while (!tokens.is(Token.Kind.BLOCK_END)) {
            if (!parts.isEmpty()) {
                tokens.expectOperator(",");
            }
            parts.add(expressions.expression());
        }
        return new Stmt.Output(parts, line);
    }
}
