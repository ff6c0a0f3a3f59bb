package org.tornadomla.backend;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.tornadomla.bundled.device.CodePlace;

import uk.ac.manchester.tornado.api.TaskGraph;

/**
 * All that decides whether a device computes rightly: if none of it changed, a self-test need not run again. How much
 * memory there is decides nothing, and a JVM says what its options give it.
 */
public final class Fingerprint {

    private Fingerprint() {
    }

    /** A hash of the device, its driver, the runtime and this library. */
    public static String of(Target target) {
        String all = String.join("\n", target.engine().toString(), target.backend() + ":" + target.index(),
                target.name(), target.device().getPlatformName(), driver(target),
                CodePlace.path(TaskGraph.class).map(place -> place.getFileName().toString()).orElse("no file"),
                String.valueOf(Runtime.version()), System.getProperty(CompilerFlags.PROPERTY, ""),
                Long.toHexString(CodePlace.library().content()));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What the device says of itself; the SDK begins it with an address that differs in every process. */
    private static String driver(Target target) {
        return target.info().replaceAll("id=0x[0-9a-f]+", "");
    }
}
