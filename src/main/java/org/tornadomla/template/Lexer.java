package org.tornadomla.template;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadomla.error.TemplateException;

/**
 * Takes a template apart into text and tags, as Jinja does with {@code trim_blocks} and {@code lstrip_blocks}: a block
 * takes the line break behind it and the blanks before it on its line; {@code -} takes all white space, {@code +} keeps
 * it.
 */
final class Lexer {

    private static final Pattern TAG = Pattern.compile("\\{(?<kind>[{%#])(?<sign>[-+]?)");
    private static final String SPACES = "[\\s\\x0B\\x1C-\\x1F\\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]";
    private static final Pattern RAW = Pattern
            .compile("\\{%[-+]?" + SPACES + "*raw" + SPACES + "*(?:-%\\}" + SPACES + "*|%\\})");
    private static final Pattern END_RAW = Pattern
            .compile("\\{%(?<sign>[-+]?)" + SPACES + "*endraw" + SPACES + "*(?:\\+%\\}|-%\\}" + SPACES + "*|%\\}\\n?)");
    private static final Pattern END_COMMENT = Pattern.compile("\\+#\\}|-#\\}" + SPACES + "*|#\\}\\n?");

    private final String template;
    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private boolean lineStarts = true;

    private Lexer(String template, String source) {
        this.template = template;
        this.source = source;
    }

    /**
     * The tokens of a template, the last of kind {@link Token.Kind#END}.
     *
     * @throws TemplateException for what is no token
     */
    static List<Token> read(String template, String source) {
        String lines = source.replace("\r\n", "\n").replace('\r', '\n');
        // Jinja drops the last line break of a template, one and no more.
        Lexer lexer = new Lexer(template, lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        Matcher tag = TAG.matcher(source);
        while (tag.find(at)) {
            String text = source.substring(at, tag.start());
            char kind = tag.group("kind").charAt(0);
            data(text, tag.group("sign"), kind != '{');
            Matcher raw = RAW.matcher(source).region(tag.start(), source.length());
            if (kind == '%' && raw.lookingAt()) {
                move(raw.end());
                raw();
            } else if (kind == '#') {
                move(tag.end());
                comment();
            } else {
                tag(tag.end(), kind == '{');
            }
        }
        data(source.substring(at), "+", false);
        tokens.add(new Token(Token.Kind.END, "the end of the template", null, line));
    }

    /** Adds text, less what the tag behind it takes away. */
    private void data(String text, String sign, boolean isBlock) {
        String kept = text;
        if (sign.equals("-")) {
            kept = Texts.stripEnd(text, Unicode::isSpace);
        } else if (sign.isEmpty() && isBlock) {
            int lineStart = text.lastIndexOf('\n') + 1;
            if ((lineStart > 0 || lineStarts) && text.substring(lineStart).codePoints().allMatch(Unicode::isSpace)) {
                kept = text.substring(0, lineStart);
            }
        }
        if (!kept.isEmpty()) {
            tokens.add(new Token(Token.Kind.DATA, "text", kept, line));
        }
        move(at + text.length());
    }

    private void raw() {
        Matcher end = END_RAW.matcher(source);
        if (!end.find(at)) {
            throw fail("missing end of raw directive");
        }
        lineStarts = source.charAt(at - 1) == '\n';
        data(source.substring(at, end.start()), end.group("sign"), true);
        move(end.end());
        lineStarts = source.charAt(at - 1) == '\n';
    }

    private void comment() {
        Matcher end = END_COMMENT.matcher(source);
        if (!end.find(at)) {
            throw fail("missing end of comment tag");
        }
        move(end.end());
        lineStarts = source.charAt(at - 1) == '\n';
    }

    private void tag(int start, boolean isVariable) {
        tokens.add(new Token(isVariable ? Token.Kind.VARIABLE_BEGIN : Token.Kind.BLOCK_BEGIN, "a tag", null, line));
        move(start);
        TagLexer tag = new TagLexer(template, source, isVariable, tokens);
        int end = tag.read(at, line);
        move(end);
        lineStarts = source.charAt(at - 1) == '\n';
    }

    private void move(int to) {
        for (int i = at; i < to; i++) {
            if (source.charAt(i) == '\n') {
                line++;
            }
        }
        at = to;
    }

    private TemplateException fail(String reason) {
        return new TemplateException(template, line, reason);
    }
}
