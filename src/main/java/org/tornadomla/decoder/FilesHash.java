package org.tornadomla.decoder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import java.util.stream.Stream;

import org.tornadomla.error.CheckpointException;

/** A hash of a model's weights that costs no second of loading. */
final class FilesHash {

    /** Models up to this many bytes are read whole, larger ones at places that are spread evenly. */
    private static final long MOST_BYTES = 64L << 20;
    private static final int BLOCK = 1 << 16;
    /** One file of a split model: all parts have what stands before and behind the number. */
    private static final Pattern PART = Pattern.compile("(.+-)\\d{5}(-of-\\d{5}\\.gguf)");

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

    /**
     * Names, sizes and times of change of all files of weights, for what a hash of samples might miss.
     *
     * @param model folder with safetensors, or a single file
     */
    static String times(Path model) {
        try {
            StringBuilder all = new StringBuilder();
            for (Path file : files(model)) {
                all.append(file.getFileName()).append(' ').append(Files.size(file)).append(' ')
                        .append(Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS)).append('\n');
            }
            return all.toString();
        } catch (IOException e) {
            throw new CheckpointException(model + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<Path> files(Path model) throws IOException {
        if (Files.isDirectory(model)) {
            return files(model, name -> name.endsWith(".safetensors"));
        }
        Matcher part = PART.matcher(model.getFileName().toString());
        if (!part.matches()) {
            return List.of(model);
        }
        return files(Objects.requireNonNull(model.toAbsolutePath().getParent()),
                name -> name.startsWith(part.group(1)) && name.endsWith(part.group(2)));
    }

    private static List<Path> files(Path folder, Predicate<String> names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> names.test(file.getFileName().toString())).sorted().toList();
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
