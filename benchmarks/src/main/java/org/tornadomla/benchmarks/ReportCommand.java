package org.tornadomla.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code report}: the table of targets from a results file, and the page. */
@Command(name = "report", mixinStandardHelpOptions = true,
        description = "Print the targets beside what was measured; with --html also write the page.")
final class ReportCommand implements Callable<Integer> {

    @Option(names = "--results", required = true, paramLabel = "FILE", description = "Results to read.")
    private Path file;

    @Option(names = "--html", paramLabel = "FILE", description = "Page to write.")
    private Path html;

    @Override
    public Integer call() throws IOException {
        Results results = new Results(new ResultFile(file).read());
        Result.Run run = results.run();
        System.out.println(run.machine());
        System.out.println("commit " + run.commit() + ", " + run.date());
        System.out.println();
        System.out.println("| what | engine | target | measured | by best times | reached |");
        System.out.println("|---|---|---|---|---|---|");
        for (TargetRow row : TargetTable.of(results)) {
            System.out.println("| " + String.join(" | ",
                    List.of(row.what(), row.engine(), row.target(), row.measured(), row.best(), row.verdict())) + " |");
        }
        results.failures().forEach(failure -> System.out.println(failure.failure()));
        if (html != null) {
            Files.writeString(html, HtmlReport.of(results));
            System.out.println();
            System.out.println("report: " + html);
        }
        return results.failures().isEmpty() ? 0 : 1;
    }
}
