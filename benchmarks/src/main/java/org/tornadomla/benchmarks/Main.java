package org.tornadomla.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks' program; the launcher calls measure, perhaps several times, and then report. */
@Command(name = "bench", mixinStandardHelpOptions = true,
        description = "Measure the library beside PyTorch, and report.",
        subcommands = {MeasureCommand.class, ReportCommand.class})
public final class Main {

    private Main() {
    }

    /** Runs a subcommand and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
