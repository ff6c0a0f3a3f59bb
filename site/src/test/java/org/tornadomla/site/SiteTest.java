package org.tornadomla.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The site of the project's own pages: each is there, and each link of each leads somewhere in it. */
class SiteTest {

    private static final Path PROJECT = project();
    private static final String SOURCES = "https://example.org/sources";
    private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

    @TempDir
    private static Path site;

    @TempDir
    private Path folder;

    private static Path project() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("docs")) ? here : here.getParent();
    }

    @BeforeAll
    static void write() throws IOException {
        Files.createDirectories(site.resolve("api"));
        Files.writeString(site.resolve("api").resolve("index.html"), "");
        assertEquals(Site.pages(PROJECT).size(), Site.write(PROJECT, site, SOURCES));
    }

    private static List<Path> written() throws IOException {
        try (Stream<Path> files = Files.walk(site)) {
            return files.filter(file -> file.toString().endsWith(".html")).toList();
        }
    }

    @Test
    void everyLinkLeadsToAFileAndItsHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : written()) {
            for (String link : LINK.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList()) {
                links++;
                if (link.startsWith("https:") || link.startsWith("http:")) {
                    continue;
                }
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
                if (!Files.isRegularFile(target) || target.toString().endsWith(".md")) {
                    broken.add(site.relativize(page) + ": " + link);
                } else if (parts.length > 1 && !Files.readString(target).contains("id=\"" + parts[1] + "\"")) {
                    broken.add(site.relativize(page) + ": no heading " + link);
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(links > 400, links + " links");
    }

    @Test
    void pagesHaveTablesCodeAndTheirTitle() throws IOException {
        String index = Files.readString(site.resolve("index.html"));
        assertTrue(index.contains("<table>") && index.contains("<pre><code>"), "tables and commands");
        assertTrue(index.contains("<title>tornado-mla</title>"), index.substring(0, 300));
        assertTrue(index.contains("class=\"here\" href=\"index.html\""), "the menu shows where one is");
        assertTrue(Files.readString(site.resolve("docs/tutorial/index.html")).contains("href=\"../../site.css\""));
    }

    @Test
    void aLinkThatLeadsNowhereIsRefused() {
        Links links = new Links(PROJECT, SOURCES);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> links.of(Path.of("docs", "api.md"), "none.md"));
        assertTrue(refused.getMessage().contains("docs") && refused.getMessage().contains("none.md"),
                refused.getMessage());
        assertEquals("index.html#start", links.of(Path.of("CHANGELOG.md"), "README.md#start"));
        assertEquals("../index.html", links.of(Path.of("docs", "api.md"), "../README.md"));
        assertEquals(SOURCES + "/examples", links.of(Path.of("README.md"), "examples"));
        assertEquals("https://example.org/", links.of(Path.of("README.md"), "https://example.org/"));
    }

    @Test
    void aPageWithoutAHeadingIsRefused() throws IOException {
        Files.writeString(folder.resolve("none.md"), "text\n");
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> Page.read(folder, Path.of("none.md")));
        assertTrue(refused.getMessage().contains("none.md"), refused.getMessage());
    }
}
