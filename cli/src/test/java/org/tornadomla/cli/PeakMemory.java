package org.tornadomla.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs a command in a JVM of its own, and prints the most memory that the process ever had. */
final class PeakMemory {

    /** Linux's account of a process. */
    static final Path ACCOUNT = Path.of("/proc/self/status");

    private static final String LINE = "VmHWM:";

    private PeakMemory() {
    }

    /** The arguments are those of the command. */
    public static void main(String[] arguments) throws IOException {
        int status = Main.run(new PrintWriter(System.out, true), new PrintWriter(System.out, true), arguments);
        Files.readAllLines(ACCOUNT).stream().filter(line -> line.startsWith(LINE)).forEach(System.out::println);
        System.exit(status);
    }

    /** Bytes that {@link #main} printed. */
    static long bytes(String output) {
        String line = output.lines().filter(text -> text.startsWith(LINE)).findFirst()
                .orElseThrow(() -> new AssertionError("no line " + LINE + " in: " + output));
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
    }
}
