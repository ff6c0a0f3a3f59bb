package org.tornadomla.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts Maven: the project's wrapper, or an installed one where the wrapper cannot fetch its own. */
final class Maven {

    /** The oldest that the build's plugins work with. */
    private static final String MINIMUM = "3.6.3";

    /** What to say where there is none. */
    static final String MISSING = "Maven is needed to build tornado-mla: the wrapper ./mvnw could not fetch it,"
            + " and there is no mvn of version " + MINIMUM + " or newer on the PATH; allow ./mvnw its download"
            + " (MVNW_REPOURL names a mirror), or install Maven";

    private static final Pattern VERSION = Pattern.compile("Apache Maven (\\d+)\\.(\\d+)\\.(\\d+)");

    /** The wrapper fetches 9 MB at its first start. */
    private static final long SECONDS = 300;

    private final Path root;
    private final String program;

    private Maven(Path root, String program) {
        this.root = root;
        this.program = program;
    }

    /**
     * The Maven to use; nothing where neither the wrapper nor an installed one works.
     *
     * @param root folder of the project
     */
    static Optional<Maven> find(Path root) {
        return find(root, "mvn");
    }

    /** The project's wrapper, or the program that is installed. */
    static Optional<Maven> find(Path root, String installed) {
        String wrapper = root.resolve("mvnw").toString();
        for (String program : List.of(wrapper, installed)) {
            if (isNewEnough(version(root, program))) {
                return Optional.of(new Maven(root, program));
            }
        }
        return Optional.empty();
    }

    /** What a program says of its version; nothing when it does not run. */
    private static String version(Path root, String program) {
        try {
            Path said = Files.createTempFile("maven", ".txt");
            try {
                Process process = builder(root, program, List.of("-v")).redirectErrorStream(true)
                        .redirectOutput(said.toFile()).start();
                try {
                    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
                    return ended && process.exitValue() == 0 ? Files.readString(said) : "";
                } finally {
                    // Nothing when it ended, as it does unless the wait for it was too long, or was interrupted.
                    process.destroyForcibly();
                }
            } finally {
                Files.delete(said);
            }
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** Whether what Maven says of its version names one that the build works with. */
    static boolean isNewEnough(String said) {
        Matcher version = VERSION.matcher(said);
        if (!version.find()) {
            return false;
        }
        List<Integer> minimum = Pattern.compile("[.]").splitAsStream(MINIMUM).map(Integer::valueOf).toList();
        for (int place = 0; place < minimum.size(); place++) {
            int difference = Integer.parseInt(version.group(place + 1)) - minimum.get(place);
            if (difference != 0) {
                return difference > 0;
            }
        }
        return true;
    }

    /** A process of Maven, not started yet, without standard input and with this JVM's JDK. */
    ProcessBuilder process(List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("-B", "-ntp"));
        all.addAll(arguments);
        return builder(root, program, all);
    }

    private static ProcessBuilder builder(Path root, String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        // The wrapper is a script of the shell, which need not be executable after a download of the sources.
        if (program.endsWith("mvnw")) {
            command.add("sh");
        }
        command.add(program);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().merge("MAVEN_OPTS", "--sun-misc-unsafe-memory-access=allow",
                (given, ours) -> ours + " " + given);
        return builder;
    }
}
