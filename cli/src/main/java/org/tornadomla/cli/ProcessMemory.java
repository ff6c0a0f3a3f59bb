package org.tornadomla.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What the operating system says of memory. */
final class ProcessMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path INPUT = Path.of("/proc/self/io");
    private static final Path MACHINE = Path.of("/proc/meminfo");
    private static final long KIBIBYTE = 1024;

    private ProcessMemory() {
    }

    /** Most bytes that this process had in memory, where the system tells. */
    static OptionalLong peak() {
        return number(STATUS, "VmHWM:", KIBIBYTE);
    }

    /** Bytes that this process had read from the disk, pages of mapped files among them, where the system tells. */
    static OptionalLong readFromDisk() {
        return number(INPUT, "read_bytes:", 1);
    }

    /** Bytes of this machine's memory, where the system tells. */
    static OptionalLong machine() {
        return number(MACHINE, "MemTotal:", KIBIBYTE);
    }

    private static OptionalLong number(Path file, String key, long unit) {
        if (!Files.isReadable(file)) {
            return OptionalLong.empty();
        }
        try {
            return Files.readAllLines(file).stream().filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * unit).findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
