package org.tornadomla.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * A page of the project: a file of Markdown, and what it becomes.
 *
 * @param source of the page, below the project's folder
 * @param title  its first heading
 * @param body   what was read
 */
record Page(Path source, String title, Node body) {

    private static final List<
            Extension> EXTENSIONS = List.of(TablesExtension.create(), HeadingAnchorExtension.create());
    private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
    private static final HtmlRenderer RENDERER = HtmlRenderer.builder().extensions(EXTENSIONS).build();

    /**
     * Reads a page.
     *
     * @param project the project's folder
     * @param source  of the page, below it
     */
    static Page read(Path project, Path source) throws IOException {
        Node body = PARSER.parse(Files.readString(project.resolve(source)));
        StringBuilder title = new StringBuilder();
        Node first = body.getFirstChild();
        while (first != null && !(first instanceof Heading)) {
            first = first.getNext();
        }
        if (first == null) {
            throw new IllegalArgumentException(source + " has no heading; a page begins with one");
        }
        first.accept(new AbstractVisitor() {
            @Override
            public void visit(Text text) {
                title.append(text.getLiteral());
            }

            @Override
            public void visit(Code code) {
                title.append(code.getLiteral());
            }
        });
        return new Page(source, title.toString(), body);
    }

    /** Where the page stands in the site: the README is its first page. */
    static Path target(Path source) {
        String name = source.getFileName().toString();
        String html = name.equals("README.md") ? "index.html" : name.substring(0, name.length() - 3) + ".html";
        return source.resolveSibling(html);
    }

    Path target() {
        return target(source);
    }

    /**
     * The page's HTML.
     *
     * @param links what a link of the page becomes
     */
    String html(Links links) {
        return links.inHtml(source, RENDERER.render(body));
    }
}
