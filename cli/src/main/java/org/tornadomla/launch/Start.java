package org.tornadomla.launch;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.MlaException;

/**
 * Says how the JVM of a command is started. It prints the words of a command line, one a line: settings of the
 * environment, the program java and its options. The launcher adds the user's arguments and becomes that program.
 */
public final class Start {

    private static final String MAIN = "org.tornadomla.cli.Main";

    /** Commands that start JVMs of their own, on the SDK or not. */
    private static final Set<String> CONDUCTORS = Set.of("test", "bench");
    /**
     * On engine opencl the JVM computes little itself: what its second compiler would make of code that runs some
     * hundred times while a model is loaded costs a start more than it gives. What runs longer is still compiled.
     */
    private static final List<String> LATE_COMPILER = List.of("-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000", "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000");
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]*");
    private static final Pattern NAME = Pattern.compile("[a-z]+");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final Project project;
    private final List<Jdk> jdks;
    private final Map<String, String> environment;
    private final int processors;

    /**
     * @param project     the project, built
     * @param jdks        the JDKs of this machine that the library runs on, the preferred one first
     * @param environment the user's settings
     * @param processors  of this machine
     */
    Start(Project project, List<Jdk> jdks, Map<String, String> environment, int processors) {
        this.project = project;
        this.jdks = jdks;
        this.environment = environment;
        this.processors = processors;
    }

    /** Prints the words for a command, or one line that says why it cannot be started, with status 2. */
    public static void main(String[] arguments) {
        int status = print(Running::start, System.out, System.err, arguments);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Prints the words, or the line, and gives the status. */
    static int print(Supplier<Start> start, PrintStream out, PrintStream err, String... arguments) {
        try {
            start.get().words(List.of(arguments)).forEach(out::println);
            return 0;
        } catch (MlaException e) {
            err.println("error: " + e.getMessage());
        } catch (UncheckedIOException e) {
            err.println("error: " + e.getCause());
        }
        return 2;
    }

    /**
     * The words for a command.
     *
     * @param arguments the command's name and its arguments
     * @throws org.tornadomla.error.ConfigurationException when it needs an SDK, and the one that is set cannot be used
     */
    List<String> words(List<String> arguments) {
        String command = arguments.isEmpty() ? "" : arguments.getFirst();
        Optional<String> engine = option("--engine", arguments);
        boolean conducts = CONDUCTORS.contains(command) && !BenchCommand.isOfModel(arguments);
        List<String> words = new ArrayList<>();
        List<String> options = new ArrayList<>();
        Jdk jdk = jdks.getFirst();
        if (!conducts && isOnSdk(engine)) {
            Sdk sdk = sdk();
            jdk = sdk.choose(jdks);
            options.add("@" + sdkArguments(sdk, jdk, option("--model", arguments).or(() -> option("-m", arguments))));
        } else {
            // One arena of the C library for all threads: each of its own would keep what the JVM's compilers needed.
            if (engine.equals(Optional.of("jvm"))) {
                words.add("MALLOC_ARENA_MAX=1");
            }
            options.addAll(withoutSdk(command, engine));
        }
        // JVMs that a conductor starts inherit the setting; the suite runs on an SDK only where it is told to.
        if (command.equals("test") ? engine.equals(Optional.of("tornadovm")) : isOnSdk(engine)) {
            jdk.signalLibrary(environment.get(Jdk.PRELOADED)).ifPresent(words::add);
        }
        // The JVM and PoCL, an OpenCL driver for CPUs, take the number of threads at their start only.
        Optional<String> threads = conducts
                ? Optional.empty()
                : option("--threads", arguments).filter(COUNT.asMatchPredicate()).map(this::bounded);
        threads.ifPresent(count -> {
            words.add("POCL_MAX_PTHREAD_COUNT=" + count);
            options.add("-XX:ActiveProcessorCount=" + count);
        });
        words.add(jdk.java().toString());
        words.addAll(options);
        words.addAll(common());
        words.addAll(List.of("-cp", classPath(), MAIN));
        return words;
    }

    /** The number of threads, or the processors where it is larger: the command says so. */
    private String bounded(String count) {
        boolean more = new BigInteger(count).compareTo(BigInteger.valueOf(processors)) > 0;
        return more ? Integer.toString(processors) : count;
    }

    private boolean isOnSdk(Optional<String> engine) {
        String name = engine.orElse("auto");
        return name.equals("tornadovm") || name.equals("auto") && hasSdk();
    }

    /**
     * Whether the user has set an SDK, and this can use one: an image has the modules of the JDK that it needs alone.
     */
    boolean hasSdk() {
        return !project.isImage() && !environment.getOrDefault("TORNADOVM_HOME", "").isEmpty();
    }

    /**
     * The user's SDK.
     *
     * @throws org.tornadomla.error.ConfigurationException when there is none that can be used
     */
    Sdk sdk() {
        if (project.isImage()) {
            throw new ConfigurationException("an image runs on the engines jvm and opencl alone; engine tornadovm needs"
                    + " a clone of the project");
        }
        return Sdk.open(environment.get("TORNADOVM_HOME"), optionFiles());
    }

    private Path optionFiles() {
        return project.root().resolve("tornado-config");
    }

    /** Writes the options for an SDK to a file, which is kept to be seen and used by other programs. */
    Path sdkArguments(Sdk sdk, Jdk jdk, Optional<String> model) {
        Path file = project.target().resolve("tornadovm.args");
        try {
            Files.writeString(file,
                    ArgumentFile.of(SdkArguments.of(sdk, jdk.version(), optionFiles(), deviceMemory(model))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /**
     * MiB of a device to allow: three times the model's files (16-bit weights become 32 bits, some twice) and 4 GiB.
     */
    private static long deviceMemory(Optional<String> model) {
        return 3 * model.map(Path::of).filter(Files::exists).map(Start::mebibytes).orElse(0L) + 4096;
    }

    private static long mebibytes(Path model) {
        try (Stream<Path> files = Files.walk(model, FileVisitOption.FOLLOW_LINKS)) {
            return (files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum() + (1 << 20)
                    - 1) >> 20;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> withoutSdk(String command, Optional<String> engine) {
        List<String> options = new ArrayList<>();
        options.add("@" + project.memoryArguments());
        Path archive = archive(command, engine);
        options.add("-XX:SharedArchiveFile=" + archive);
        options.add("-D" + PoorArchive.PROPERTY + "=" + archive);
        if (engine.equals(Optional.of("opencl")) && !CONDUCTORS.contains(command)) {
            options.addAll(LATE_COMPILER);
        }
        // Weights are outside the heap; the JVM would allow them a quarter of the machine.
        options.add("-XX:MaxDirectMemorySize=" + machineMemory());
        return options;
    }

    /**
     * The classes that a command loads with an engine are kept in an archive, which the JVM makes at the end of a first
     * run and renews when the library changes: a third less time.
     */
    private Path archive(String command, Optional<String> engine) {
        String name = NAME.matcher(command).matches() ? command : "mla";
        String more = engine.filter(NAME.asMatchPredicate()).map(word -> "-" + word).orElse("");
        Path archive = project.target().resolve(name + more + ".jsa");
        PoorArchive.remove(archive);
        return archive;
    }

    /** Memory of this machine in bytes. */
    private static long machineMemory() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /** What every JVM gets: flags of the build, where the project is, and the user's own options, which win. */
    List<String> common() {
        List<String> options = new ArrayList<>(List.of("@" + project.runArguments(), "-Dmla.home=" + project.root()));
        options.addAll(furtherOptions());
        return options;
    }

    /** The JDKs of this machine, the preferred one first. */
    List<Jdk> jdks() {
        return jdks;
    }

    /** The user's own options. */
    List<String> furtherOptions() {
        return BLANKS.splitAsStream(environment.getOrDefault("MLA_JAVA_OPTIONS", "").strip())
                .filter(option -> !option.isEmpty()).toList();
    }

    /** The program and its libraries. */
    String classPath() {
        return project.jar().orElseThrow() + ":" + project.libraries() + "/*";
    }

    /** The value of an option, which stands behind it or, after an equals sign, in it. */
    static Optional<String> option(String name, List<String> arguments) {
        for (int place = 0; place < arguments.size(); place++) {
            if (arguments.get(place).startsWith(name + "=")) {
                return Optional.of(arguments.get(place).substring(name.length() + 1));
            }
            if (arguments.get(place).equals(name) && place + 1 < arguments.size()) {
                return Optional.of(arguments.get(place + 1));
            }
        }
        return Optional.empty();
    }
}
