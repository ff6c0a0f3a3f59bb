package org.tornadomla.server;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * Keeps what people and tools write from being read as special tokens. A mark, a character that no text of the
 * conversation has, is put behind the first character of each name of a special token before the template writes the
 * conversation; what it wrote is then encoded in parts that end at the marks, and no part has such a name.
 */
final class PlainMarks {

    /** Characters without a meaning; of these one is taken that nobody wrote. */
    private static final int FIRST = 0xE000;
    private static final int LAST = 0xF8FF;

    private final List<String> names = new ArrayList<>();
    private final TextTokenizer tokenizer;

    PlainMarks(TextTokenizer tokenizer) {
        this.tokenizer = tokenizer;
        for (int id : tokenizer.specialIds()) {
            String name = new String(tokenizer.bytes(id), java.nio.charset.StandardCharsets.UTF_8);
            if (name.length() > 1) {
                names.add(name);
            }
        }
        names.sort((a, b) -> b.length() - a.length());
    }

    /** A character that is in none of the texts. */
    static char mark(List<String> texts) {
        return (char) IntStream.rangeClosed(FIRST, LAST)
                .filter(mark -> texts.stream().noneMatch(text -> text.indexOf(mark) >= 0)).findFirst()
                .orElseThrow(() -> ApiException.field("messages",
                        "messages use all characters of the private area; leave one of U+E000 to U+F8FF out"));
    }

    /** The text with a mark in each name of a special token. */
    String marked(String text, char mark) {
        String marked = text;
        for (String name : names) {
            int first = Character.charCount(name.codePointAt(0));
            marked = marked.replace(name, name.substring(0, first) + mark + name.substring(first));
        }
        return marked;
    }

    /** Ids of what a template wrote, in parts that end at the marks. */
    int[] encode(String rendered, char mark) {
        int at = rendered.indexOf(mark);
        if (at < 0) {
            return tokenizer.encodeConversation(rendered);
        }
        IntStream ids = IntStream.of(tokenizer.encodeConversation(rendered.substring(0, at)));
        while (at >= 0) {
            int next = rendered.indexOf(mark, at + 1);
            String part = rendered.substring(at + 1, next < 0 ? rendered.length() : next);
            ids = IntStream.concat(ids, IntStream.of(tokenizer.encode(part, false)));
            at = next;
        }
        return ids.toArray();
    }
}
