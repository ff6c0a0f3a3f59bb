package org.tornadomla.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The JVM's argument files: words apart by blanks, quotes around words with blanks, comments from # on. */
final class ArgumentFile {

    private ArgumentFile() {
    }

    /** The words of a file, by the rules of the program java. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int place = 0; place < text.length(); place++) {
            char letter = text.charAt(place);
            if (quote == 0 && Character.isWhitespace(letter)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
            } else if (quote == 0 && word == null && letter == '#') {
                int end = text.indexOf('\n', place);
                place = end < 0 ? text.length() : end;
            } else {
                word = word == null ? new StringBuilder() : word;
                if (quote == 0 && (letter == '"' || letter == '\'')) {
                    quote = letter;
                } else if (quote != 0 && letter == quote) {
                    quote = 0;
                } else if (quote != 0 && letter == '\\' && place + 1 < text.length()) {
                    word.append(text.charAt(++place));
                } else {
                    word.append(letter);
                }
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }

    /** A file of these words, one a line. */
    static String of(List<String> words) {
        return words.stream().map(word -> quoted(word) + "\n").collect(Collectors.joining());
    }

    /** A word as the program java and Maven's test runner both read it, quoted only where it must be. */
    static String quoted(String word) {
        boolean plain = !word.isEmpty()
                && word.chars().noneMatch(letter -> Character.isWhitespace(letter) || "\"'\\#".indexOf(letter) >= 0);
        return plain ? word : '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
