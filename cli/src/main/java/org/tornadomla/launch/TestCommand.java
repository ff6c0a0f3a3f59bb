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
        description = {"Run the test suite, or the classes that are named: mla test SamplerTest SchedulerTest#name.",
            "Options go to Maven. The whole suite checks the form of the sources and analyses them first."},
        footer = "The whole output is in target/test.log.")
public final class TestCommand implements Callable<Integer> {

    /** What a class did, and what is wrong; the sums of single modules are no sum of all. */
    private static final Pattern SHOWN = Pattern
            .compile("\\[(INFO|WARNING)\\] Tests run:.* -- in .*|\\[ERROR\\] (?!Tests run: [^-]*$).*");

    private static final String BENCHMARKS_UNTESTED = "-Dbenchmarks.tests.skipped=true";

    /** Where Maven keeps a library of Spark; the profile spark in parent/pom.xml looks there too. */
    static final String SPARK = ".m2/repository/org/apache/spark/spark-sql_2.13/4.2.0/spark-sql_2.13-4.2.0.jar";

    @Spec
    private CommandSpec spec;

    @Option(names = "--engine", paramLabel = "ENGINE", defaultValue = "auto",
            description = "tornadovm: on the SDK in TORNADOVM_HOME; by default on the bundled engines, all of them.")
    private String engine;

    @Unmatched
    private final List<String> mavenArguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return run(Running.sources(), Running.start(), Path.of(System.getProperty("user.home")));
    }

    /** Runs the tests, and says what came of them. */
    int run(Project project, Start start, Path home) throws IOException, InterruptedException {
        List<String> arguments = mavenArguments(start, project, engine, mavenArguments);
        clean(project, arguments);
        Path log = project.target().resolve("test.log");
        Maven maven = Maven.find(project.root()).orElseThrow(() -> new ConfigurationException(Maven.MISSING));
        boolean sound = run(maven.process(arguments), log);
        PrintWriter out = spec.commandLine().getOut();
        TestReports reports = TestReports.in(project.modules());
        reports.skipped().forEach(out::println);
        out.println(reports.summary());
        if (arguments.contains(BENCHMARKS_UNTESTED)) {
            out.println("the benchmarks were compiled and not tested; their tests, which need PyTorch:"
                    + " ./mvnw -f parent/pom.xml -pl ../benchmarks -am test -Dtest='org.tornadomla.benchmarks.*Test'"
                    + " -Dsurefire.failIfNoSpecifiedTests=false");
        }
        untestedSpark(arguments, home.resolve(SPARK)).ifPresent(out::println);
        out.println("the whole output is in " + log);
        return sound && reports.passed() ? 0 : 1;
    }

    /**
     * What Maven is given. The goal is test and not package: this program runs from the jar, which must stay as it is.
     * A test that fails is no reason to leave out the modules behind its own.
     *
     * @param start   knows the SDK
     * @param project what is tested
     * @param engine  auto or tornadovm
     * @param given   the user's classes, and arguments for Maven
     * @throws ConfigurationException when the engine is another, there is no SDK to use, or a class is in no module
     */
    static List<String> mavenArguments(Start start, Project project, String engine, List<String> given) {
        TestSelection selection = new TestSelection(project, given);
        List<String> arguments = new ArrayList<>(
                List.of("-f", "parent/pom.xml", "test", "-Dmaven.test.failure.ignore=true"));
        switch (engine) {
            case "auto" -> {
            }
            case "tornadovm" -> {
                Sdk sdk = start.sdk();
                Jdk jdk = sdk.choose(start.jdks());
                Path options = start.sdkArguments(sdk, jdk, Optional.empty());
                arguments.addAll(List.of("-Ptornadovm", "-Djvm=" + jdk.java(),
                        "-Dtest.flags=" + ArgumentFile.quoted("@" + options) + " "
                                + ArgumentFile.quoted("@" + project.runArguments())));
            }
            default -> throw new ConfigurationException("the test suite runs on the bundled engines, all of them, or"
                    + " with --engine tornadovm; given " + engine);
        }
        if (!start.furtherOptions().isEmpty()) {
            arguments.add("-Dfurther.flags="
                    + start.furtherOptions().stream().map(ArgumentFile::quoted).collect(Collectors.joining(" ")));
        }
        if (selection.isWhole()) {
            // On an SDK the program and what it needs; else all, and the benchmarks are compiled, so that no change of
            // the library leaves them behind, while their tests take minutes.
            arguments.add("-Pcheck");
            arguments.addAll(engine.equals("auto") ? List.of(BENCHMARKS_UNTESTED) : List.of("-pl", "../cli", "-am"));
        }
        arguments.addAll(selection.arguments());
        arguments.addAll(selection.options());
        return arguments;
    }

    /**
     * What is said of the module for Spark where it was not tested with the others.
     *
     * @param arguments Maven's
     * @param fetched   there when Spark's libraries are, as parent/pom.xml looks for it
     */
    static Optional<String> untestedSpark(List<String> arguments, Path fetched) {
        boolean whole = arguments.contains("-Pcheck");
        return !whole || arguments.contains("-Pspark") || Files.exists(fetched)
                ? Optional.empty()
                : Optional.of("the module spark was not tested, since its libraries have not been fetched (" + fetched
                        + " is missing); ./mla test -Pspark fetches them, 278 MB");
    }

    /** Only what is compiled is analysed, and constants are copied into the classes that use them. */
    private static void clean(Project project, List<String> arguments) throws IOException {
        for (Path module : project.modules()) {
            for (String part : arguments.contains("-Pcheck")
                    ? List.of("classes", "test-classes", "maven-status", "surefire-reports")
                    : List.of("test-classes", "surefire-reports")) {
                Build.delete(module.resolve("target", part));
            }
        }
    }

    /**
     * Runs Maven to its end. A JVM of tests that crashed makes it fail as little as a test does, and is told as an
     * error too.
     *
     * @return whether it told no error
     */
    private boolean run(ProcessBuilder maven, Path log) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Process process = maven.redirectErrorStream(true).start();
        boolean sound = true;
        try (BufferedReader lines = process.inputReader();
                PrintWriter all = new PrintWriter(Files.newBufferedWriter(log), true)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                all.println(line);
                sound &= !line.startsWith("[ERROR]");
                if (SHOWN.matcher(line).matches()) {
                    out.println(line);
                    out.flush();
                }
            }
        }
        return process.waitFor() == 0 && sound;
    }
}
