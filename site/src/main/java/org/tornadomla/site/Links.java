package org.tornadomla.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What links become: those to pages lead to their HTML, files are taken into the site, folders are shown where the
 * project's sources are.
 */
final class Links {

    private static final Pattern WRITTEN = Pattern.compile("(src|href)=\"([^\"]+)\"");

    private final Path project;
    private final String sources;
    private final Set<Path> files = new TreeSet<>();

    /**
     * Links of a project.
     *
     * @param project its folder
     * @param sources address under which its folders are shown
     */
    Links(Path project, String sources) {
        this.project = project;
        this.sources = sources;
    }

    /** Files that pages show or lead to, below the project's folder. */
    Set<Path> files() {
        return files;
    }

    /**
     * The address in the site.
     *
     * @param page of the link, below the project's folder
     * @param link as it is written
     * @throws IllegalArgumentException when it leads nowhere
     */
    String of(Path page, String link) {
        if (link.startsWith("#") || link.contains(":")) {
            return link;
        }
        int hash = link.indexOf('#');
        String behind = hash < 0 ? "" : link.substring(hash);
        String path = hash < 0 ? link : link.substring(0, hash);
        Path folder = page.getParent() == null ? Path.of("") : page.getParent();
        Path file = folder.resolve(path).normalize();
        if (Files.isDirectory(project.resolve(file))) {
            return sources + "/" + slashes(file);
        }
        if (!Files.isRegularFile(project.resolve(file))) {
            throw new IllegalArgumentException(page + " has the link " + link + ", and there is no file " + file);
        }
        if (!path.endsWith(".md")) {
            files.add(file);
            return link;
        }
        return slashes(folder.relativize(Page.target(file))) + behind;
    }

    /** A page's HTML with all its links changed; quotation marks of its text are none there. */
    String inHtml(Path page, String html) {
        Matcher found = WRITTEN.matcher(html);
        StringBuilder changed = new StringBuilder();
        while (found.find()) {
            String address = of(page, found.group(2));
            found.appendReplacement(changed, Matcher.quoteReplacement(found.group(1) + "=\"" + address + "\""));
        }
        return found.appendTail(changed).toString();
    }

    static String slashes(Path path) {
        return path.toString().replace('\\', '/');
    }
}
