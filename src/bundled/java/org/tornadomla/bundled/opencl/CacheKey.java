package org.tornadomla.bundled.opencl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names for what is kept: hashes of all that it depends on. */
final class CacheKey {

    private CacheKey() {
    }

    /** SHA-256 of texts, in hex. */
    static String of(String... parts) {
        try {
            byte[] all = String.join("\n", parts).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
