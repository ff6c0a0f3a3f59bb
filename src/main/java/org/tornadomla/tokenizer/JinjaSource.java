package org.tornadomla.tokenizer;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.tornadomla.error.TokenizerException;

/** Brings the source of a template into the form in which Jinjava reads it as Jinja does, or refuses it. */
final class JinjaSource {

    private static final String QUOTED = "'(?:\\\\.|[^'\\\\])*'|\"(?:\\\\.|[^\"\\\\])*\"";

    private static final Pattern TAG = Pattern.compile("\\{[{%](?:" + QUOTED + "|[^'\"])*?[}%]\\}", Pattern.DOTALL);

    /** A quoted text, which stays, or {@code not x in}, whose operand is a name with properties, or a quoted text. */
    private static final Pattern NOT_IN = Pattern
            .compile(QUOTED + "|\\bnot\\s+(?<operand>" + QUOTED + "|[\\w.]+(?:\\[[^\\]]*\\][\\w.]*)*)\\s+in\\b");

    /** A quoted text, or the words that tell a filtered loop from one over a choice of lists. */
    private static final Pattern LOOP_WORD = Pattern.compile(QUOTED + "|\\b(?<word>if|else)\\b");

    private JinjaSource() {
    }

    /**
     * The source for Jinjava.
     *
     * @throws TokenizerException for a loop with a filter, which Jinjava takes for a condition on the list
     */
    static String forJinjava(String source) {
        return TAG.matcher(source).replaceAll(tag -> Matcher.quoteReplacement(tag(tag.group())));
    }

    private static String tag(String tag) {
        if (tag.matches("(?s)\\{%[-+]?\\s*for\\s.*") && isFiltered(tag)) {
            throw new TokenizerException("the chat template has a loop with a filter, which is not supported: " + tag);
        }
        return NOT_IN.matcher(tag).replaceAll(JinjaSource::membership);
    }

    /** Jinjava binds {@code not} to the operand alone; {@code x not in} has one meaning. */
    private static String membership(MatchResult match) {
        String operand = match.group("operand");
        return Matcher.quoteReplacement(operand == null ? match.group() : operand + " not in");
    }

    private static boolean isFiltered(String tag) {
        boolean filtered = false;
        Matcher words = LOOP_WORD.matcher(tag);
        while (words.find()) {
            if (words.group("word") != null) {
                filtered = words.group("word").equals("if");
            }
        }
        return filtered;
    }
}
