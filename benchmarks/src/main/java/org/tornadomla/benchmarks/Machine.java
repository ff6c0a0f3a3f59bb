package org.tornadomla.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.tornadomla.backend.Target;

/** What this machine and its devices call themselves. */
final class Machine {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Machine() {
    }

    /** Processor, number of cores, operating system and Java. */
    static String describe() {
        return processor() + ", " + cores() + " cores, " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ", Java " + Runtime.version();
    }

    /** Cores of the machine, also where the JVM was started for fewer. */
    static long cores() {
        long listed = lines("processor").count();
        return listed > 0 ? listed : Runtime.getRuntime().availableProcessors();
    }

    private static String processor() {
        return lines("model name").map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private static Stream<String> lines(String key) {
        try {
            return Files.exists(PROCESSORS)
                    ? Files.readAllLines(PROCESSORS).stream().filter(line -> line.startsWith(key))
                    : Stream.of();
        } catch (IOException e) {
            return Stream.of();
        }
    }

    /** Versions of the driver underneath a device, without its list of extensions; for the jvm engine that of Java. */
    static String driver(Target target) {
        String info = target.device().getPhysicalDevice().getDeviceInfo();
        return info == null || info.isBlank()
                ? "Java " + Runtime.version()
                : info.replaceAll("[,\\s]*\\bcl_\\w+", "").strip().replaceAll("\\s+", " ");
    }
}
