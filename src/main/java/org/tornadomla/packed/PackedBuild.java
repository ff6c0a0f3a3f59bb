package org.tornadomla.packed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A file of packed weights whose arrays are filled where they stand, mapped. The operating system writes pages to the
 * disk when it needs their memory, so that the arrays may be larger than the memory. The file moves to its place when
 * it is whole.
 */
public final class PackedBuild implements AutoCloseable {

    private final Path file;
    private final Path partial;
    private final FileChannel channel;
    private final PackedHeader header;
    private final MemorySegment data;

    private PackedBuild(Path file, Path partial, FileChannel channel, PackedHeader header, MemorySegment data) {
        this.file = file;
        this.partial = partial;
        this.channel = channel;
        this.header = header;
        this.data = data;
    }

    /** Begins a file beside its place, all zeros. */
    static PackedBuild begin(Path file, String key, long[] arrays) throws IOException {
        Path partial = PackedFile.partial(file);
        PackedHeader header = PackedHeader.of(key, arrays);
        FileChannel channel = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            MemorySegment all = channel.map(FileChannel.MapMode.READ_WRITE, 0, header.fileBytes(), Arena.ofAuto());
            return new PackedBuild(file, partial, channel, header, all.asSlice(header.dataStart()));
        } catch (IOException | RuntimeException failure) {
            channel.close();
            Files.deleteIfExists(partial);
            throw failure;
        }
    }

    /** Memory of all arrays, to be filled; it stays mapped as long as somebody uses it. */
    public List<MemorySegment> arrays() {
        return header.parts(data);
    }

    /**
     * Makes the file a whole one, which the next run maps. Nothing may be written to the arrays from here on.
     *
     * @throws UncheckedIOException when the disk does not take it
     */
    public void finish() {
        try {
            data.force();
            int[] pieces = header.pieces();
            IntStream.range(0, pieces.length).parallel().forEach(i -> pieces[i] = PackedFile.checksum(data, i));
            ByteBuffer bytes = header.bytes();
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
            channel.force(true);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + file + ": " + failure.getMessage(), failure);
        }
    }

    /** Takes the file away, unless it is in its place. */
    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(partial);
        } catch (IOException left) {
            // It is taken away when its process has ended.
        }
    }
}
