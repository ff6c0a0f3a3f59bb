package org.tornadomla.decoder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.stream.Stream;

import org.tornadomla.error.CheckpointException;

/** A hash of a model's weights that costs no second of loading. */
final class FilesHash {

    /** Models up to this many bytes are read whole, larger ones at places that are spread evenly. */
    private static final long MOST_BYTES = 64L << 20;
    private static final int BLOCK = 1 << 16;

    private FilesHash() {
    }

    /**
     * The hash of sizes and contents of all files of weights.
     *
     * @param model folder with safetensors, or a single file
     */
    static String of(Path model) {
        try {
            List<Path> files = files(model);
            long bytes = 0;
            for (Path file : files) {
                bytes += Files.size(file);
            }
            long stride = BLOCK * Math.max(1, Math.ceilDiv(bytes, MOST_BYTES));
            CRC32C hash = new CRC32C();
            for (Path file : files) {
                update(hash, file, stride);
            }
            return Long.toHexString(bytes) + "-" + Long.toHexString(hash.getValue());
        } catch (IOException e) {
            throw new CheckpointException(model + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<Path> files(Path model) throws IOException {
        if (!Files.isDirectory(model)) {
            return List.of(model);
        }
        try (Stream<Path> files = Files.list(model)) {
            return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
        }
    }

    private static void update(CRC32C hash, Path file, long stride) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        try (FileChannel channel = FileChannel.open(file)) {
            for (long at = 0; at < channel.size(); at += stride) {
                block.clear();
                while (block.hasRemaining() && channel.read(block, at + block.position()) > 0) {
                    // Reads on until the block or the file ends.
                }
                hash.update(block.flip());
            }
        }
    }
}
