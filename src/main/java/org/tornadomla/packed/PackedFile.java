package org.tornadomla.packed;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

import org.tornadomla.files.WholeFile;

/**
 * A file of packed weights, mapped.
 *
 * @param header what is in it
 * @param data   the arrays, each on a page
 */
record PackedFile(PackedHeader header, MemorySegment data) {

    /**
     * Maps a file.
     *
     * @param key what it must have been made for
     * @return empty when it was made for something else or is damaged
     */
    static Optional<PackedFile> open(Path file, String key) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            int most = (int) Math.min(all.byteSize(), PackedHeader.PIECE);
            return PackedHeader.read(all.asSlice(0, most).asByteBuffer())
                    .filter(header -> header.key().equals(key) && header.isWhole(all.byteSize()))
                    .map(header -> new PackedFile(header, all.asSlice(header.dataStart()))).filter(PackedFile::isSound);
        }
    }

    /** Whether all data is what was written; reads it on all cores. */
    private boolean isSound() {
        return IntStream.range(0, header.pieces().length).parallel()
                .allMatch(piece -> checksum(data, piece) == header.pieces()[piece]);
    }

    /** The checksum of a piece of data. */
    static int checksum(MemorySegment data, int piece) {
        long from = (long) piece * PackedHeader.PIECE;
        CRC32C sum = new CRC32C();
        sum.update(data.asSlice(from, Math.min(PackedHeader.PIECE, data.byteSize() - from)).asByteBuffer());
        return (int) sum.getValue();
    }

    /** The contents of all arrays. */
    List<MemorySegment> arrays() {
        return header.parts(data);
    }

    /**
     * Writes a file, which has its name when it is whole and on the disk.
     *
     * @param arrays contents; stay as they are until this returns
     */
    static void write(Path file, String key, List<MemorySegment> arrays) throws IOException {
        WholeFile.write(file, channel -> {
            PackedHeader header = PackedHeader.of(key, arrays.stream().mapToLong(MemorySegment::byteSize).toArray());
            PackedWriter writer = new PackedWriter(channel, header);
            for (MemorySegment array : arrays) {
                writer.write(array);
            }
            writer.finish();
        });
    }
}
