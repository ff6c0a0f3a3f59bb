package org.tornadomla.packed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import org.tornadomla.files.WholeFile;

/**
 * A file of packed weights whose arrays are filled where they stand, mapped. The operating system writes pages to the
 * disk when it needs their memory, so that the arrays may be larger than the memory. The file moves to its place when
 * it is whole.
 */
public final class PackedBuild implements AutoCloseable {

    private final Path path;
    private final WholeFile file;
    private final PackedHeader header;
    private final MemorySegment data;

    private PackedBuild(Path path, WholeFile file, PackedHeader header, MemorySegment data) {
        this.path = path;
        this.file = file;
        this.header = header;
        this.data = data;
    }

    /** Begins a file beside its place, all zeros. */
    static PackedBuild begin(Path path, String key, long[] arrays) throws IOException {
        PackedHeader header = PackedHeader.of(key, arrays);
        WholeFile file = WholeFile.begin(path);
        try {
            MemorySegment all = file.channel().map(FileChannel.MapMode.READ_WRITE, 0, header.fileBytes(),
                    Arena.ofAuto());
            return new PackedBuild(path, file, header, all.asSlice(header.dataStart()));
        } catch (IOException | RuntimeException failure) {
            file.close();
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
                file.channel().write(bytes, bytes.position());
            }
            file.finish();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + path + ": " + failure.getMessage(), failure);
        }
    }

    /** Takes the file away, unless it is in its place. */
    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException left) {
            // It is taken away when its process has ended.
        }
    }
}
