package org.tornadomla.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

import org.tornadomla.error.SnapshotException;
import org.tornadomla.files.WholeFile;

/** Writes a snapshot beside its place and then renames it, so that nobody ever sees half a file. */
final class SnapshotWriter {

    /** Reads one row of the cache. */
    interface RowSource {

        /** Fills {@code payload}, [kvLoraRank | qkRopeHeadDim], with the row of a position in a layer. */
        void read(int layer, int position, float[] payload);
    }

    /** Rows are gathered up to this many bytes before they are written. */
    static final int CHUNK_BYTES = 1 << 20;

    private final SnapshotHeader header;
    private final RowSource rows;

    SnapshotWriter(SnapshotHeader header, RowSource rows) {
        this.header = header;
        this.rows = rows;
    }

    void write(Path path) {
        try {
            WholeFile.write(path, channel -> {
                writeFully(channel, header.encode());
                for (int layer = 0; layer < header.pools(); layer++) {
                    writeLayer(channel, layer);
                }
            });
        } catch (IOException failure) {
            throw new SnapshotException(path, "cannot be written", failure);
        }
    }

    private void writeLayer(FileChannel channel, int layer) throws IOException {
        CRC32C checksum = new CRC32C();
        float[] payload = new float[header.payload(layer)];
        ByteBuffer chunk = chunk(header, layer);
        for (int position = 0; position < header.tokens(); position++) {
            if (chunk.remaining() < header.rowBytes(layer)) {
                writeChunk(channel, chunk, checksum);
            }
            rows.read(layer, position, payload);
            header.put(layer, payload, chunk);
        }
        writeChunk(channel, chunk, checksum);
        writeFully(channel, chunk.putInt((int) checksum.getValue()).flip());
    }

    private static void writeChunk(FileChannel channel, ByteBuffer chunk, CRC32C checksum) throws IOException {
        chunk.flip();
        checksum.update(chunk.duplicate());
        writeFully(channel, chunk);
        chunk.clear();
    }

    /** A buffer for at least one row and for a checksum. */
    static ByteBuffer chunk(SnapshotHeader header, int pool) {
        int rowBytes = header.rowBytes(pool);
        int least = Math.ceilDiv(SnapshotHeader.CHECKSUM_BYTES, rowBytes);
        int rows = Math.max(least, Math.min(header.tokens(), CHUNK_BYTES / rowBytes));
        return ByteBuffer.allocate(rows * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
