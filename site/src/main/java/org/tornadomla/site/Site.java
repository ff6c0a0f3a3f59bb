package org.tornadomla.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Writes the website: a page for each file of Markdown that a user reads, with the same menu. */
public final class Site {

    /** Pages of the menu, in their order; the README is the first and the API the last. */
    private static final List<String> MENU = List.of("README.md", "docs/models.md", "docs/text.md", "docs/server.md",
            "docs/api.md", "docs/devices.md", "docs/benchmarks.md", "docs/tutorial/README.md", "docs/architecture.md");
    private static final String STYLE = "site.css";

    private final Path project;
    private final Path folder;
    private final Links links;

    private Site(Path project, Path folder, String sources) {
        this.project = project;
        this.folder = folder;
        this.links = new Links(project, sources);
    }

    /**
     * The arguments are the project's folder, the site's, the address under which the project's folders are shown, and
     * the folder of the Javadoc, if it is to be in the site.
     *
     * @throws IOException when a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 3) {
            System.err.println("usage: PROJECT SITE ADDRESS-OF-SOURCES [JAVADOC]");
            System.exit(2);
        }
        Path site = Path.of(arguments[1]);
        int pages = write(Path.of(arguments[0]), site, arguments[2]);
        if (arguments.length > 3) {
            copyFolder(Path.of(arguments[3]), site.resolve("api"));
        }
        System.out.println(pages + " pages in " + site.resolve("index.html"));
    }

    /**
     * Writes the pages and what they show.
     *
     * @param project the project's folder
     * @param folder  the site's
     * @param sources address under which the project's folders are shown
     * @return the number of pages
     * @throws IllegalArgumentException when a link leads nowhere
     */
    static int write(Path project, Path folder, String sources) throws IOException {
        return new Site(project, folder, sources).write();
    }

    /** Pages below the project's folder: those in the root, of docs, and the README of each part. */
    static List<Path> pages(Path project) throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String part : List.of("", "docs", "docs/tutorial", "benchmarks", "tornado-config", "models/tiny-kjv")) {
            try (Stream<Path> files = Files.list(project.resolve(part))) {
                files.filter(file -> file.toString().endsWith(".md")).map(project::relativize).sorted()
                        .forEach(pages::add);
            }
        }
        return pages;
    }

    private int write() throws IOException {
        List<Page> pages = new ArrayList<>();
        for (Path source : pages(project)) {
            pages.add(Page.read(project, source));
        }
        for (Page page : pages) {
            Path target = folder.resolve(page.target());
            Files.createDirectories(target.getParent());
            Files.writeString(target, whole(page, pages));
        }
        for (Path file : links.files()) {
            copy(project.resolve(file), folder.resolve(file));
        }
        try (InputStream style = resource(STYLE)) {
            Files.copy(style, folder.resolve(STYLE), StandardCopyOption.REPLACE_EXISTING);
        }
        return pages.size();
    }

    private String whole(Page page, List<Page> pages) throws IOException {
        Path parent = page.target().getParent() == null ? Path.of("") : page.target().getParent();
        StringBuilder menu = new StringBuilder();
        for (String entry : MENU) {
            Page other = pages.stream().filter(one -> one.source().equals(Path.of(entry))).findFirst()
                    .orElseThrow(() -> new IllegalStateException(entry + " of the menu is no page"));
            menu.append("<a").append(other.source().equals(page.source()) ? " class=\"here\"" : "").append(" href=\"")
                    .append(Links.slashes(parent.relativize(other.target()))).append("\">")
                    .append(escaped(other.title())).append("</a>\n");
        }
        String api = Links.slashes(parent.relativize(Path.of("api", "index.html")));
        return template().replace("{title}", escaped(page.title()))
                .replace("{style}", Links.slashes(parent.relativize(Path.of(STYLE)))).replace("{menu}", menu)
                .replace("{api}", api).replace("{body}", page.html(links));
    }

    private static String template() throws IOException {
        try (InputStream template = resource("page.html")) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(Site.class.getResourceAsStream(name), () -> name + " is not among the classes");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static void copyFolder(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
}
