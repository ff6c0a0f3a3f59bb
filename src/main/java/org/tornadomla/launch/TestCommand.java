package org.tornadomla.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tornadomla.error.ConfigurationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code mla test}: runs the test suite by Maven, and shows of its output what a person reads. */
@Command(name = "test", mixinStandardHelpOptions = true,
        description = {"Run the test suite. Other arguments go to Maven: -Dtest=SomeTest runs one class.",
            "The whole suite checks the form of the sources and analyses them first."},
        footer = "The whole output is in target/test.log.")
public final class TestCommand implements Callable<Integer> {

    private static final Pattern SHOWN = Pattern
            .compile("\\[(INFO|WARNING|ERROR)\\] Tests run:.*|\\[ERROR\\].*|.*BUILD (SUCCESS|FAILURE).*");

    private static final String BENCHMARKS_UNTESTED = "-Dbenchmarks.tests.skipped=true";

    @Spec
    private CommandSpec spec;

    @Option(names = "--engine", paramLabel = "ENGINE", defaultValue = "auto",
            description = "tornadovm: on the SDK in TORNADOVM_HOME; by default on the bundled engines, all of them.")
    private String engine;

    @Unmatched
    private final List<String> mavenArguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Start start = Running.start();
        Project project = Running.project();
        List<String> arguments = mavenArguments(start, engine, mavenArguments);
        clean(project, arguments);
        Path log = project.target().resolve("test.log");
        int status = run(Maven.find(project.root()).process(arguments), log);
        PrintWriter out = spec.commandLine().getOut();
        SkippedTests.in(project.target().resolve("surefire-reports")).forEach(out::println);
        if (arguments.contains(BENCHMARKS_UNTESTED)) {
            out.println("the benchmarks were compiled and not tested; their tests, which need PyTorch:"
                    + " ./mvnw -f parent/pom.xml -pl ../benchmarks -am test -Dtest='org.tornadomla.benchmarks.*Test'"
                    + " -Dsurefire.failIfNoSpecifiedTests=false");
        }
        out.println("the whole output is in " + log);
        return status == 0 ? 0 : 1;
    }

    /**
     * What Maven is given. The goal is test and not package: this program runs from the jar, which must stay as it is.
     *
     * @param start  knows the SDK
     * @param engine auto or tornadovm
     * @param given  the user's arguments for Maven
     * @throws ConfigurationException when the engine is another, or there is no SDK to use
     */
    static List<String> mavenArguments(Start start, String engine, List<String> given) {
        List<String> arguments = new ArrayList<>(List.of("test"));
        switch (engine) {
            case "auto" -> {
            }
            case "tornadovm" -> {
                Sdk sdk = start.sdk();
                Jdk jdk = sdk.choose(Running.jdks());
                Path options = start.sdkArguments(sdk, jdk, Optional.empty());
                arguments.addAll(List.of("-Ptornadovm", "-Djvm=" + jdk.java(),
                        "-Dtest.flags=" + ArgumentFile.quoted("@" + options) + " "
                                + ArgumentFile.quoted("@" + Running.project().runArguments())));
            }
            default -> throw new ConfigurationException("the test suite runs on the bundled engines, all of them, or"
                    + " with --engine tornadovm; given " + engine);
        }
        if (!start.furtherOptions().isEmpty()) {
            arguments.add("-Dfurther.flags="
                    + start.furtherOptions().stream().map(ArgumentFile::quoted).collect(Collectors.joining(" ")));
        }
        if (given.stream().noneMatch(argument -> argument.startsWith("-Dtest="))) {
            arguments.add("-Pcheck");
            if (engine.equals("auto")) {
                // The benchmarks are compiled, so that no change of the library leaves them behind; their tests take
                // minutes.
                arguments.addAll(List.of("-f", "parent/pom.xml", BENCHMARKS_UNTESTED));
            }
        }
        arguments.addAll(given);
        return arguments;
    }

    /** Only what is compiled is analysed, and constants are copied into the classes that use them. */
    private static void clean(Project project, List<String> arguments) throws IOException {
        for (String part : arguments.contains("-Pcheck")
                ? List.of("classes", "test-classes", "maven-status", "surefire-reports")
                : List.of("test-classes", "surefire-reports")) {
            Build.delete(project.target().resolve(part));
        }
    }

    private int run(ProcessBuilder maven, Path log) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Process process = maven.redirectErrorStream(true).start();
        try (BufferedReader lines = process.inputReader();
                PrintWriter all = new PrintWriter(Files.newBufferedWriter(log))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                all.println(line);
                if (SHOWN.matcher(line).matches()) {
                    out.println(line);
                    out.flush();
                }
            }
        }
        return process.waitFor();
    }
}
