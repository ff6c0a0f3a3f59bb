package org.tornadomla.tutorial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The code on the tutorial's pages is that of its source. After a change that is meant,
 * {@code -Dmla.tutorial.write=true} writes it anew.
 */
class TutorialPagesTest {

    private static final Path PAGES = Path.of("docs", "tutorial");
    private static final Path SOURCE = Path.of("tutorial", "src", "main", "java", "org", "tornadomla", "tutorial");
    private static final Pattern BLOCK = Pattern.compile("<!-- code: (\\w+) ([\\w-]+) -->\\n(?:```java\\n(.*?)```\\n)?",
            Pattern.DOTALL);

    /** The lines of a source between its marks, without their indentation. */
    private static String cut(String name, String part) {
        try {
            List<String> lines = Files.readAllLines(SOURCE.resolve(name + ".java"));
            int from = lines.stream().map(String::strip).toList().indexOf("// page: " + part);
            assertTrue(from >= 0, name + ".java has no part " + part);
            int to = from + 1;
            while (!lines.get(to).strip().equals("// end")) {
                to++;
            }
            return String.join("\n", lines.subList(from + 1, to)).stripIndent() + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
        }
    }

    @Test
    void pagesShowTheCodeThatRuns() throws IOException {
        int blocks = 0;
        for (Path page : pages()) {
            String text = Files.readString(page);
            Matcher block = BLOCK.matcher(text);
            StringBuilder written = new StringBuilder();
            while (block.find()) {
                blocks++;
                String code = cut(block.group(1), block.group(2));
                block.appendReplacement(written, Matcher.quoteReplacement(
                        "<!-- code: " + block.group(1) + " " + block.group(2) + " -->\n```java\n" + code + "```\n"));
            }
            block.appendTail(written);
            if (Boolean.getBoolean("mla.tutorial.write")) {
                Files.writeString(page, written);
            }
            assertEquals(written.toString(), Files.readString(page), page + " shows other code than the source has");
            assertEquals(written.toString().split("```java", -1).length, text.split("<!-- code: ", -1).length,
                    page + " has code that is not of the source");
        }
        assertTrue(blocks >= 14, blocks + " blocks of code");
    }

    /** Every chapter has its drawing, names the section that it is about, and says what to try. */
    @Test
    void chaptersAreWhole() throws IOException {
        List<String> wrong = new ArrayList<>();
        String first = Files.readString(PAGES.resolve("README.md"));
        for (Path page : pages()) {
            String name = page.getFileName().toString();
            if (name.equals("README.md")) {
                continue;
            }
            String text = Files.readString(page);
            String drawing = name.replace(".md", ".svg");
            if (!text.contains("](" + drawing + ")") || !Files.readString(PAGES.resolve(drawing)).contains("</svg>")) {
                wrong.add(name + " has no drawing");
            }
            if (!text.contains("section") || !text.contains("**Try:**") || !first.contains("](" + name + ")")) {
                wrong.add(name + " has no section, nothing to try, or is not on the first page");
            }
        }
        assertEquals(List.of(), wrong);
    }
}
