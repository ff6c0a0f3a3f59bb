package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/**
 * Every command that a page shows is one that the program takes: its name, its options and their values. That a command
 * does what the page says is the business of the tests of commands.
 */
class DocumentedCommandsTest {

    private static final Pattern INLINE = Pattern.compile("`\\./mla ([^`]+)`");
    private static final Pattern LINE = Pattern.compile("^(?:\\$ )?\\./mla ([^`|]+)");
    /** What stands beside a command: an explanation behind two spaces, a comment, and what a shell reads itself. */
    private static final Pattern BESIDE = Pattern.compile("  +.*| #.*| [>&|].*");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    private record Shown(String place, String command) {
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(""), 4)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("target") && !file.toString().startsWith("src/test"))
                    .sorted().toList();
        }
    }

    private static List<Shown> shown() throws IOException {
        List<Shown> shown = new ArrayList<>();
        for (Path page : pages()) {
            int number = 0;
            for (String line : Files.readAllLines(page)) {
                String place = page + ":" + ++number;
                Stream.of(INLINE, LINE).flatMap(pattern -> pattern.matcher(line).results())
                        .forEach(found -> shown.add(new Shown(place, BESIDE.matcher(found.group(1)).replaceFirst(""))));
            }
        }
        return shown;
    }

    private static String[] words(String command) {
        return WORD.matcher(command).results()
                .map(found -> found.group(1) != null
                        ? found.group(1)
                        : found.group(2) != null ? found.group(2) : found.group())
                .toArray(String[]::new);
    }

    /** Why the program refuses a command; null where it takes it. */
    private static String refusal(Shown shown) {
        String[] words = words(shown.command());
        try {
            Counts counts = new Counts();
            CommandLine line = Main.line(words).setCaseInsensitiveEnumValuesAllowed(true)
                    .registerConverter(int.class, counts).registerConverter(Integer.class, counts);
            if (!line.getSubcommands().containsKey(Main.named(words)[0])) {
                return shown + ": there is no such command";
            }
            line.parseArgs(Main.named(words));
            return null;
        } catch (MissingParameterException mentioned) {
            // A text that names a command or an option shows no whole command.
            return null;
        } catch (ParameterException refused) {
            return shown + ": " + refused.getMessage();
        }
    }

    @Test
    void pagesShowCommandsThatThereAre() throws IOException {
        List<Shown> shown = shown();
        assertTrue(shown.size() > 50, shown::toString);
        assertEquals(List.of(),
                shown.stream().map(DocumentedCommandsTest::refusal).filter(why -> why != null).toList());
    }
}
