package org.tornadomla.template;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadomla.error.TemplateException;

/** Takes the inside of one tag apart. */
final class TagLexer {

    private static final Pattern FLOAT = Pattern.compile(
            "(?<!\\.)(?:[0-9]+_)*[0-9]+(?:(?:\\.(?:[0-9]+_)*[0-9]+)?[eE][+-]?(?:[0-9]+_)*[0-9]+|\\.(?:[0-9]+_)*[0-9]+)");
    private static final Pattern INTEGER = Pattern
            .compile("0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}\\p{M}_\\u00B7]+");
    private static final Pattern OPERATOR = Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+/*%~\\[\\](){}><=.:|,;]");

    private final String template;
    private final String source;
    private final boolean isVariable;
    private final List<Token> tokens;
    private final Deque<String> open = new ArrayDeque<>();
    private int at;
    private int line;

    TagLexer(String template, String source, boolean isVariable, List<Token> tokens) {
        this.template = template;
        this.source = source;
        this.isVariable = isVariable;
        this.tokens = tokens;
    }

    /**
     * Adds the tokens of a tag, its end included.
     *
     * @param start     where the inside starts
     * @param startLine its line
     * @return where the text behind the tag starts
     */
    int read(int start, int startLine) {
        at = start;
        line = startLine;
        while (at < source.length()) {
            if (open.isEmpty() && atEnd()) {
                return at;
            }
            if (Unicode.isSpace(source.charAt(at))) {
                line += source.charAt(at++) == '\n' ? 1 : 0;
            } else {
                token();
            }
        }
        // The parser says what is missing.
        return at;
    }

    private boolean atEnd() {
        String end = isVariable ? "}}" : "%}";
        boolean trims = source.startsWith("-" + end, at);
        boolean keeps = !isVariable && source.startsWith("+" + end, at);
        if (!trims && !keeps && !source.startsWith(end, at)) {
            return false;
        }
        tokens.add(new Token(isVariable ? Token.Kind.VARIABLE_END : Token.Kind.BLOCK_END, "the end of the tag", null,
                line));
        at += trims || keeps ? 3 : 2;
        if (trims) {
            while (at < source.length() && Unicode.isSpace(source.charAt(at))) {
                at++;
            }
        } else if (!keeps && !isVariable && at < source.length() && source.charAt(at) == '\n') {
            at++;
        }
        return true;
    }

    private void token() {
        if (source.charAt(at) == '\'' || source.charAt(at) == '"') {
            string();
            return;
        }
        for (Token.Kind kind : List.of(Token.Kind.FLOAT, Token.Kind.INTEGER, Token.Kind.NAME, Token.Kind.OPERATOR)) {
            Matcher match = pattern(kind).matcher(source).region(at, source.length()).useTransparentBounds(true);
            if (match.lookingAt()) {
                tokens.add(new Token(kind, match.group(), value(kind, match.group()), line));
                at = match.end();
                return;
            }
        }
        throw fail("unexpected character '" + source.substring(at, source.offsetByCodePoints(at, 1)) + "'");
    }

    private void string() {
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != source.charAt(at)) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw fail("a string does not end");
        }
        String quoted = source.substring(at + 1, end);
        try {
            tokens.add(new Token(Token.Kind.STRING, "a string", StringLiterals.read(quoted), line));
        } catch (PyError e) {
            throw fail(e.getMessage());
        }
        line += (int) quoted.chars().filter(c -> c == '\n').count();
        at = end + 1;
    }

    private static Pattern pattern(Token.Kind kind) {
        return switch (kind) {
            case FLOAT -> FLOAT;
            case INTEGER -> INTEGER;
            case NAME -> NAME;
            default -> OPERATOR;
        };
    }

    private Object value(Token.Kind kind, String text) {
        switch (kind) {
            case FLOAT :
                return real(text.replace("_", ""));
            case INTEGER :
                return integer(text.replace("_", "").toLowerCase(Locale.ROOT));
            case NAME :
                if (!Unicode.isIdentifier(text)) {
                    throw fail("the name \"" + text + "\" has a character that is not supported");
                }
                return text;
            default :
                balance(text);
                return text;
        }
    }

    private Object real(String text) {
        double number = Double.parseDouble(text);
        if (Double.isInfinite(number)) {
            throw fail("the number " + text + " is too large");
        }
        return number;
    }

    private static Object integer(String text) {
        int radix = text.startsWith("0x") ? 16 : text.startsWith("0o") ? 8 : text.startsWith("0b") ? 2 : 10;
        return Numbers.normal(new BigInteger(radix == 10 ? text : text.substring(2), radix));
    }

    private void balance(String operator) {
        switch (operator) {
            case "{" -> open.push("}");
            case "(" -> open.push(")");
            case "[" -> open.push("]");
            case "}", ")", "]" -> {
                if (open.isEmpty() || !open.pop().equals(operator)) {
                    throw fail("unexpected '" + operator + "'");
                }
            }
            default -> {
            }
        }
    }

    private TemplateException fail(String reason) {
        return new TemplateException(template, line, reason);
    }
}
