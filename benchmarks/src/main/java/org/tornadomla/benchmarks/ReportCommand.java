package org.tornadomla.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code report}: the targets, growth and tasks of a results file as text, as a page, and in the documentation. */
@Command(name = "report", mixinStandardHelpOptions = true,
        description = "Print the targets beside what was measured, and growth; with --html and --docs also write them.")
final class ReportCommand implements Callable<Integer> {

    /** What --docs replaces lies between these lines. */
    private static final String BEGIN = "<!-- measured: begin -->\n";
    private static final String END = "<!-- measured: end -->\n";

    @Option(names = "--results", required = true, paramLabel = "FILE", description = "Results to read.")
    private Path file;

    @Option(names = "--html", paramLabel = "FILE", description = "Page to write.")
    private Path html;

    @Option(names = "--docs", paramLabel = "FILE",
            description = "Markdown file in which the measured part is replaced.")
    private Path docs;

    @Override
    public Integer call() throws IOException {
        Results results = new Results(new ResultFile(file).read());
        String text = MarkdownReport.of(results);
        System.out.println(text);
        if (html != null) {
            Files.writeString(html, HtmlReport.of(results));
            System.out.println("report: " + html);
        }
        if (docs != null) {
            Files.writeString(docs, replaced(Files.readString(docs), text));
            System.out.println("written to " + docs);
        }
        return results.failures().isEmpty() ? 0 : 1;
    }

    /**
     * Puts a text between the marks.
     *
     * @throws IllegalArgumentException when they are not there
     */
    static String replaced(String page, String text) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the page needs the lines " + BEGIN.strip() + " and " + END.strip()
                    + ", between which results stand");
        }
        return page.substring(0, begin) + BEGIN + "\n" + text + "\n" + page.substring(end);
    }
}
