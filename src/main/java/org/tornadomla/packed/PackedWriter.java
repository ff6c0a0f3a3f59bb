package org.tornadomla.packed;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/** Writes arrays one behind the other, each on a page, and counts their checksums. */
final class PackedWriter {

    private final FileChannel channel;
    private final PackedHeader header;
    private final CRC32C sum = new CRC32C();
    private long written;

    PackedWriter(FileChannel channel, PackedHeader header) {
        this.channel = channel;
        this.header = header;
    }

    /** Writes the next array. */
    void write(MemorySegment array) throws IOException {
        for (long from = 0; from < array.byteSize();) {
            long bytes = Math.min(array.byteSize() - from, PackedHeader.PIECE - written % PackedHeader.PIECE);
            put(array.asSlice(from, bytes).asByteBuffer());
            from += bytes;
        }
        // A piece is a whole number of pages, so that what fills one is within a piece.
        put(ByteBuffer.allocate((int) (-written & PackedHeader.PAGE - 1)));
    }

    private void put(ByteBuffer bytes) throws IOException {
        sum.update(bytes.duplicate());
        int count = bytes.remaining();
        writeAll(bytes, header.dataStart() + written);
        written += count;
        if (written % PackedHeader.PIECE == 0 && count > 0) {
            endPiece(written / PackedHeader.PIECE - 1);
        }
    }

    private void endPiece(long piece) {
        header.pieces()[(int) piece] = (int) sum.getValue();
        sum.reset();
    }

    /** Writes the header, which makes the file a whole one. */
    void finish() throws IOException {
        if (written % PackedHeader.PIECE != 0) {
            endPiece(written / PackedHeader.PIECE);
        }
        writeAll(header.bytes(), 0);
    }

    private void writeAll(ByteBuffer bytes, long at) throws IOException {
        long place = at;
        while (bytes.hasRemaining()) {
            place += channel.write(bytes, place);
        }
    }
}
