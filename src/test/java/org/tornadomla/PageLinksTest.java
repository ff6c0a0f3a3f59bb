package org.tornadomla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** Links of all pages lead to files that there are, and to headings that these have. */
class PageLinksTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|href)=\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("`[^`]*`");
    private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$", Pattern.MULTILINE);
    private static final Pattern FENCED = Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL);

    static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(""), 4)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("target") && !file.toString().startsWith("src/test"))
                    .sorted().toList();
        }
    }

    /** A heading as GitHub names it in a link. */
    private static String anchor(String heading) {
        return heading.strip().toLowerCase(Locale.ROOT).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                .replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
    }

    private static Set<String> anchors(Path page) throws IOException {
        String text = FENCED.matcher(Files.readString(page)).replaceAll("");
        return HEADING.matcher(text).results().map(found -> anchor(found.group(1))).collect(Collectors.toSet());
    }

    private static String broken(Path page, String link) throws IOException {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path folder = page.getParent() == null ? Path.of("") : page.getParent();
        Path target = file.isEmpty() ? page : folder.resolve(file).normalize();
        if (!Files.exists(target)) {
            return page + ": " + link + " is not there";
        }
        return hash < 0 || !target.toString().endsWith(".md") || anchors(target).contains(link.substring(hash + 1))
                ? null
                : page + ": " + target + " has no heading " + link.substring(hash);
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            String text = CODE.matcher(FENCED.matcher(Files.readString(page)).replaceAll("")).replaceAll("");
            for (String link : LINK.matcher(text).results()
                    .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                    .filter(link -> !link.matches("(https?|mailto):.*")).toList()) {
                links++;
                String why = broken(page, link);
                if (why != null) {
                    broken.add(why);
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(links > 100, links + " links were found");
    }
}
