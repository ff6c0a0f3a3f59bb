package org.tornadomla.finetune;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.error.CheckpointException;

/** A number of the files of a model, which another model does not have. */
public final class ModelFingerprint {

    /** Bytes that are looked at at once. */
    private static final long PIECE = 1L << 28;

    private ModelFingerprint() {
    }

    /**
     * The number of a model's configuration and weights.
     *
     * @param folder     of the model
     * @param checkpoint its weights
     */
    public static String of(Path folder, Checkpoint checkpoint) {
        CRC32C sum = new CRC32C();
        try {
            sum.update(Files.readAllBytes(folder.resolve("config.json")));
        } catch (IOException e) {
            throw new CheckpointException("cannot read the configuration in " + folder + ": " + e.getMessage(), e);
        }
        for (String name : new TreeSet<>(checkpoint.names())) {
            sum.update(name.getBytes(StandardCharsets.UTF_8));
            MemorySegment bytes = checkpoint.bytes(name);
            for (long from = 0; from < bytes.byteSize(); from += PIECE) {
                sum.update(bytes.asSlice(from, Math.min(PIECE, bytes.byteSize() - from)).asByteBuffer());
            }
        }
        return Long.toHexString(sum.getValue());
    }
}
