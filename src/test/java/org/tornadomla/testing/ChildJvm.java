package org.tornadomla.testing;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A JVM started like this one, for what a runtime reads at its start only.
 *
 * @param options     in the place of this JVM's options of the same names
 * @param first       stands in front of this JVM's class path; null for nothing
 * @param environment added to this JVM's
 */
public record ChildJvm(List<String> options, Path first, Map<String, String> environment) {

    /** What a JVM left behind. */
    public record Exit(int status, String out, String err) {
    }

    /**
     * Runs a class to its end.
     *
     * @param directory takes files with what it writes
     */
    public Exit run(Path directory, String main, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> options.stream().noneMatch(other -> name(other).equals(name(option))))
                .forEach(command::add);
        command.addAll(options);
        String classes = System.getProperty("java.class.path");
        command.addAll(List.of("-cp", first == null ? classes : first + File.pathSeparator + classes, main));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out.txt");
        Path err = directory.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        int status = builder.start().waitFor();
        return new Exit(status, Files.readString(out), Files.readString(err));
    }

    private static String name(String option) {
        return option.replaceAll("=.*", "");
    }
}
