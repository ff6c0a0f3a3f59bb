package org.tornadomla.spark;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** The start of a row's random numbers, from what the row is and not from where it stands. */
final class RowSeed {

    private RowSeed() {
    }

    /**
     * A hash that is the same in every JVM and in every version.
     *
     * @param job  the job's own seed
     * @param keys what tells the row from others
     */
    static long of(long job, List<String> keys) {
        MessageDigest hash;
        try {
            hash = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        hash.update(ByteBuffer.allocate(Long.BYTES).putLong(job).flip());
        for (String key : keys) {
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            // With its length, so that "a", "bc" is not "ab", "c".
            hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            hash.update(bytes);
        }
        return ByteBuffer.wrap(hash.digest()).getLong();
    }
}
