package org.tornadomla.bundled.runtime;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tornadomla.bundled.device.SessionTimes;

/**
 * What one execution took.
 *
 * @param totalNanos     host time of the execution
 * @param translateNanos of it, translating bytecode
 * @param driverNanos    of it, compiling in the driver
 * @param deviceBytes    bytes of the plan's buffers behind it
 * @param times          what the device counted
 */
public record Measurements(long totalNanos, long translateNanos, long driverNanos, long deviceBytes,
        SessionTimes times) {

    /** Nothing was measured. */
    static final Measurements NONE = new Measurements(0, 0, 0, 0, new SessionTimes(0, 0, 0, 0, Map.of()));

    /** Nanoseconds of compilation. */
    public long compileNanos() {
        return translateNanos + driverNanos;
    }

    /** Nanoseconds of copies to the device. */
    public long uploadNanos() {
        return times.uploadNanos();
    }

    /** Nanoseconds of copies to the host. */
    public long downloadNanos() {
        return times.downloadNanos();
    }

    /** Nanoseconds that kernels ran. */
    public long kernelNanos() {
        return times.kernelNanos().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Bytes copied to the device. */
    public long uploadBytes() {
        return times.uploadBytes();
    }

    /** Bytes copied to the host. */
    public long downloadBytes() {
        return times.downloadBytes();
    }

    /** All of it as a JSON object. */
    public String json() {
        String tasks = new TreeMap<>(times.kernelNanos()).entrySet().stream()
                .map(task -> "    \"" + task.getKey() + "\": " + task.getValue()).collect(Collectors.joining(",\n"));
        return String.format(Locale.ROOT, """
                {
                  "totalNanos": %d,
                  "compileNanos": %d,
                  "uploadNanos": %d,
                  "downloadNanos": %d,
                  "uploadBytes": %d,
                  "downloadBytes": %d,
                  "deviceBytes": %d,
                  "kernelNanos": {
                %s
                  }
                }""", totalNanos, compileNanos(), uploadNanos(), downloadNanos(), uploadBytes(), downloadBytes(),
                deviceBytes, tasks);
    }
}
