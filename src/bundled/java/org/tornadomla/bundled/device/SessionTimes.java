package org.tornadomla.bundled.device;

import java.util.Map;

/**
 * What a session did, in nanoseconds and bytes.
 *
 * @param uploadNanos   time of copies to the device
 * @param downloadNanos time of copies to the host
 * @param uploadBytes   bytes copied to the device
 * @param downloadBytes bytes copied to the host
 * @param kernelNanos   device time a task id ({@code graph.task})
 */
public record SessionTimes(long uploadNanos, long downloadNanos, long uploadBytes, long downloadBytes,
        Map<String, Long> kernelNanos) {
}
