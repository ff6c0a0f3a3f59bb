package org.tornadomla.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.tornadomla.backend.JvmCheck;
import org.tornadomla.backend.Targets;
import org.tornadomla.error.OutputException;
import org.tornadomla.launch.BenchCommand;
import org.tornadomla.launch.PoorArchive;
import org.tornadomla.launch.TestCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code mla}: its commands, and what holds for all of them. */
@Command(name = "mla", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        description = "Multi-head Latent Attention on the JVM: DeepSeek-family models on any device.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:something failed", "2:unusable input: nothing was done"})
public final class Main implements Runnable {

    /** What the JVM puts in the place of bytes that it cannot decode. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final List<Class<?>> COMMANDS = List.of(DevicesCommand.class, VerifyCommand.class,
            AttentionCommand.class, InfoCommand.class, GenerateCommand.class, ChatCommand.class, ServeCommand.class,
            ConvertCommand.class, KernelsCommand.class, TestCommand.class, BenchCommand.class, TutorialCommand.class,
            TrainCommand.class, ModelBenchCommand.class, ClientsBenchCommand.class);

    /** Options with which no command runs. */
    private static final Set<String> TELLING = Set.of("-h", "--help", "-V", "--version");

    @Spec
    private CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where an error came from.")
    private boolean debug;

    private Main() {
    }

    /** Runs a command and ends the JVM with its exit status. */
    public static void main(String[] arguments) {
        if (Targets.sdkActive()) {
            GraalCompilation.withFirstCompilerOnly();
        }
        PrintWriter out = new OutputWriter(new FileOutputStream(FileDescriptor.out));
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        noteMissingVectors(err);
        int status = run(out, err, arguments);
        if (status != ExitStatus.OK || List.of(arguments).stream().anyMatch(TELLING::contains)) {
            PoorArchive.note();
        }
        System.exit(status);
    }

    /** What a jar's manifest cannot ask of the JVM, and what makes the largest difference of all. */
    private static void noteMissingVectors(PrintWriter err) {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            err.println("note: " + JvmCheck.missing().getFirst());
        }
    }

    /**
     * Runs a command.
     *
     * @param out       where results go
     * @param err       where errors and progress go
     * @param arguments the command's name, its options and its arguments
     * @return the exit status
     */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        for (int index = 0; index < arguments.length; index++) {
            if (arguments[index].indexOf(REPLACEMENT) >= 0) {
                err.println("error: argument " + (index + 1) + " is not UTF-8, or was lost by the locale of this"
                        + " machine; start with the launcher mla, and give a text in UTF-8 or by --file");
                return ExitStatus.UNUSABLE_INPUT;
            }
        }
        ErrorReport errors = new ErrorReport();
        int status = execute(errors, out, err, arguments);
        if (OutputWriter.isClosedPipe(out)) {
            return ExitStatus.CLOSED_PIPE;
        }
        if (out.checkError() && status == ExitStatus.OK) {
            status = errors.unwritten(out, err);
        }
        err.flush();
        return status;
    }

    private static int execute(ErrorReport errors, PrintWriter out, PrintWriter err, String... arguments) {
        Counts counts = new Counts();
        try {
            return line(arguments).setOut(out).setErr(err).setExecutionExceptionHandler(errors)
                    .setParameterExceptionHandler(errors).setCaseInsensitiveEnumValuesAllowed(true)
                    .registerConverter(int.class, counts).registerConverter(Integer.class, counts)
                    .execute(named(arguments));
        } catch (OutputException unwritten) {
            // Of what is written outside a command: help and version.
            return OutputWriter.isClosedPipe(out) ? ExitStatus.CLOSED_PIPE : errors.unwritten(out, err);
        } catch (OutOfMemoryError full) {
            err.println("error: not enough memory: " + full.getMessage()
                    + "; choose smaller sizes, or give the JVM more" + " by MLA_JAVA_OPTIONS=-Xmx4g");
            return ExitStatus.FAILURE;
        }
    }

    /**
     * With the command that is named alone, since to know all options of all commands takes a third of a second; with
     * all of them where none is named.
     */
    static CommandLine line(String... arguments) {
        CommandLine line = new CommandLine(new Main());
        String first = named(arguments).length == 0 ? "" : named(arguments)[0];
        List<Class<?>> one = COMMANDS.stream().filter(command -> name(command).equals(first)).toList();
        (one.isEmpty() ? COMMANDS : one).forEach(command -> line.addSubcommand(name(command), command));
        return line;
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }

    /** Programs have one name: bench measures the library's parts, a whole model where one is named, or its clients. */
    static String[] named(String... arguments) {
        if (!BenchCommand.isOfModel(List.of(arguments))) {
            return arguments;
        }
        String[] renamed = arguments.clone();
        boolean clients = List.of(arguments).stream().anyMatch(argument -> argument.matches("--clients(=.*)?"));
        renamed[0] = clients ? ClientsBenchCommand.NAME : ModelBenchCommand.NAME;
        return renamed;
    }

    /** Whether errors are shown with their stack trace. */
    boolean debug() {
        return debug;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command is given");
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[]{"mla " + (version == null ? "(not from a jar)" : version), "Java " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch")};
        }
    }
}
