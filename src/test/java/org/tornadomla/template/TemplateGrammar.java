package org.tornadomla.template;

import java.util.SplittableRandom;

/** Makes random templates, most of which are templates by their form. */
final class TemplateGrammar {

    private static final String[] LITERALS = {"'a'", "''", "'b c'", "1", "0", "-1", "2.5", "true", "none", "false",
        "[]", "[1, 2, 3]", "{'a': 1}", "(1, 2)", "'\\n'", "'a,b'", "10", "99999", "1e300", "10 ** 20"};
    private static final String[] NAMES = {"s", "u", "n", "f", "t", "l", "d", "ms", "e", "x", "y", "ns", "m", "loop",
        "nosuch", "ms[0]", "range", "dict"};
    private static final String[] BINARY = {"+", "-", "*", "/", "//", "%", "**", "~", "~", "==", "!=", "<", ">=", "in",
        "not in", "and", "or"};
    private static final String[] FILTERS = {"length", "upper", "title", "trim", "list", "first", "last", "join",
        "default(#)", "default(#, true)", "tojson", "tojson(indent=#)", "string", "int", "float", "sort", "reverse",
        "map('upper')", "map(attribute='role')", "select", "items", "selectattr('role', 'equalto', #)", "unique", "sum",
        "min", "max", "abs", "round(#)", "replace(#, #)", "indent(#)", "safe", "e", "dictsort", "batch(#)", "slice(#)",
        "groupby('role')", "truncate(#)", "center(#)", "wordcount", "format(#)", "urlencode", "xmlattr", "attr('x')",
        "filesizeformat", "striptags", "nosuch", "map(#)", "reject(#)", "sort(attribute=#)", "join(#)", "random"};
    private static final String[] TESTS = {"defined", "none", "string", "mapping", "iterable", "number", "odd", "in(#)",
        "eq(#)", "divisibleby(#)", "sameas(#)", "callable", "nosuch", "true", "sequence", "lower", "filter"};
    private static final String[] METHODS = {"upper()", "strip(#)", "split(#)", "split()", "rsplit(#, 1)", "items()",
        "get(#)", "get(#, #)", "keys()", "startswith(#)", "replace(#, #)", "join(#)", "find(#)", "count(#)", "title()",
        "splitlines()", "format(#, #)", "center(#)", "zfill(#)", "role", "content", "x", "index", "last", "cycle(#)",
        "append(#)", "__class__", "partition(#)", "ljust(#, #)", "expandtabs(#)", "copy()"};
    private static final String[] TEXTS = {"a", "\n", "  ", "b\n  ", "\n\n", "\u00e9", "{", "}}", "%}", "#}", "\t"};
    private static final String[] JUNK = {"{%", "%}", "{{", "}}", "{#", "'", "\\", "endif", "(", "]", "|", "is", "not",
        "*", "if", "%", "\u0000", "{% else %}"};

    private final SplittableRandom random;
    private final StringBuilder out = new StringBuilder();

    TemplateGrammar(long seed) {
        this.random = new SplittableRandom(seed);
    }

    String template() {
        out.setLength(0);
        if (chance(2)) {
            out.append("{% set ns = namespace(a=1) %}{% macro m(x, y=2) %}<{{ x }}>{% endmacro %}");
        }
        body(0);
        if (chance(12)) {
            out.insert(random.nextInt(out.length() + 1), one(JUNK));
        }
        return out.toString();
    }

    private boolean chance(int in) {
        return random.nextInt(in) == 0;
    }

    private String one(String[] some) {
        return some[random.nextInt(some.length)];
    }

    private void body(int depth) {
        for (int i = random.nextInt(3); i >= 0; i--) {
            statement(depth);
        }
    }

    private void tag(String inside) {
        out.append("{%").append(chance(5) ? "-" : chance(20) ? "+" : "").append(' ').append(inside).append(' ')
                .append(chance(5) ? "-" : "").append("%}");
    }

    private void block(String start, String end, int depth) {
        tag(start);
        body(depth + 1);
        tag(end);
    }

    private void statement(int depth) {
        switch (depth > 3 ? random.nextInt(2) : random.nextInt(13)) {
            case 0 -> out.append(one(TEXTS));
            case 1, 2 ->
                out.append(chance(6) ? "{{- " : "{{ ").append(expression(0)).append(chance(6) ? " -}}" : " }}");
            case 3 -> block(
                    "for " + one(new String[]{"x", "x, y", "i"}) + " in " + expression(2)
                            + (chance(4) ? " if " + expression(2) : "") + (chance(9) ? " recursive" : ""),
                    "endfor", depth);
            case 4 -> {
                tag("for i in " + one(new String[]{"ms", "l", "d", "range(3)", "s", "d.items()"}));
                body(depth + 1);
                tag("if i == 1");
                tag(one(new String[]{"break", "continue"}));
                tag("endif");
                tag("else");
                body(depth + 1);
                tag("endfor");
            }
            case 5, 6 -> {
                tag("if " + expression(1));
                body(depth + 1);
                tag("elif " + expression(1));
                body(depth + 1);
                tag("else");
                body(depth + 1);
                tag("endif");
            }
            case 7 -> tag("set " + one(new String[]{"x", "y", "x, y", "ns.a", "n"}) + " = " + expression(1));
            case 8 -> block("set x" + (chance(2) ? " | " + filter(1) : ""), "endset", depth);
            case 9 -> block("macro m(x, y=" + expression(2) + ")", "endmacro", depth);
            case 10 -> block("call(x) m(" + expression(2) + ")", "endcall", depth);
            case 11 -> block("filter " + filter(2), "endfilter", depth);
            default -> block("with x = " + expression(1), "endwith", depth);
        }
    }

    private String expression(int depth) {
        if (depth > 3 || chance(4)) {
            return one(chance(2) ? LITERALS : NAMES);
        }
        int deeper = depth + 1;
        return switch (random.nextInt(10)) {
            case 0, 1 -> expression(deeper) + " " + one(BINARY) + " " + expression(deeper);
            case 2, 3 -> expression(deeper) + "|" + filter(deeper);
            case 4 -> expression(deeper) + " is " + (chance(3) ? "not " : "") + filled(one(TESTS), deeper);
            case 5, 6 -> "(" + expression(deeper) + ")." + filled(one(METHODS), deeper);
            case 7 -> one(NAMES) + "[" + expression(deeper) + (chance(3) ? ":" + expression(deeper) : "") + "]";
            case 8 -> "(" + expression(deeper) + " if " + expression(deeper)
                    + (chance(2) ? " else " + expression(deeper) : "") + ")";
            default -> bracket(expression(deeper));
        };
    }

    private String bracket(String inside) {
        return switch (random.nextInt(6)) {
            case 0 -> "not " + inside;
            case 1 -> "-" + inside;
            case 2 -> "[" + inside + ", 1]";
            case 3 -> "m(" + inside + ")";
            case 4 -> "'%s %d' % (" + inside + ", 1)";
            default -> "{'k': " + inside + "}";
        };
    }

    private String filter(int depth) {
        return filled(one(FILTERS), depth + 1);
    }

    /** Puts an expression where a mark stands. */
    private String filled(String form, int depth) {
        StringBuilder filled = new StringBuilder();
        for (char c : form.toCharArray()) {
            filled.append(c == '#' ? expression(depth) : String.valueOf(c));
        }
        return filled.toString();
    }
}
