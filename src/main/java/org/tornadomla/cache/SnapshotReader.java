package org.tornadomla.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;
import org.tornadomla.error.SnapshotException;

/** Reads a snapshot file; everything it says is checked before it is believed. */
final class SnapshotReader implements AutoCloseable {

    /** Takes one row. */
    interface RowSink {

        /** Takes {@code payload}, [kvLoraRank | qkRopeHeadDim], as the row of a position in a layer. */
        void write(int layer, int position, float[] payload);
    }

    private final Path path;
    private final FileChannel channel;
    private final SnapshotHeader header;

    private SnapshotReader(Path path, FileChannel channel, SnapshotHeader header) {
        this.path = path;
        this.channel = channel;
        this.header = header;
    }

    /**
     * Opens a snapshot for a cache.
     *
     * @throws SnapshotException when it cannot be read, does not suit the cache, or has not the length it should have
     */
    static SnapshotReader open(Path path, CacheConfig config) {
        FileChannel channel = null;
        SnapshotReader reader = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            ByteBuffer start = ByteBuffer.allocate((int) Math.min(channel.size(), SnapshotHeader.MAX_BYTES));
            readFully(channel, start, 0);
            SnapshotHeader header = SnapshotHeader.decode(path, start.flip(), config);
            if (channel.size() != header.fileBytes()) {
                throw new SnapshotException(path,
                        "has " + channel.size() + " bytes, its header promises " + header.fileBytes());
            }
            reader = new SnapshotReader(path, channel, header);
            return reader;
        } catch (IOException failure) {
            throw new SnapshotException(path, "cannot be read", failure);
        } finally {
            if (reader == null) {
                closeQuietly(channel);
            }
        }
    }

    SnapshotHeader header() {
        return header;
    }

    /** Compares all checksums. */
    void verify() {
        read((layer, position, payload) -> {});
    }

    /** Hands out all rows, layer by layer in the order of positions. */
    void read(RowSink sink) {
        try {
            for (int layer = 0; layer < header.pools(); layer++) {
                readLayer(layer, sink);
            }
        } catch (IOException failure) {
            throw new SnapshotException(path, "cannot be read", failure);
        }
    }

    private void readLayer(int layer, RowSink sink) throws IOException {
        long blockBytes = (long) header.tokens() * header.rowBytes(layer);
        long from = header.bytes() + header.blockBytes(layer);
        CRC32C checksum = new CRC32C();
        float[] payload = new float[header.payload(layer)];
        ByteBuffer chunk = SnapshotWriter.chunk(header, layer);
        int position = 0;
        for (long done = 0; done < blockBytes; done += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), blockBytes - done));
            readFully(channel, chunk, from + done);
            checksum.update(chunk.flip());
            chunk.rewind();
            while (chunk.hasRemaining()) {
                header.get(layer, chunk, payload);
                sink.write(layer, position++, payload);
            }
        }
        ByteBuffer stored = ByteBuffer.allocate(SnapshotHeader.CHECKSUM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, stored, from + blockBytes);
        int expected = stored.flip().getInt();
        if (expected != (int) checksum.getValue()) {
            throw new SnapshotException(path,
                    "checksum of layer " + layer + " is " + Integer.toHexString((int) checksum.getValue())
                            + ", the file says " + Integer.toHexString(expected) + ": its data were altered");
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new IOException("the file ends at " + at);
            }
            at += read;
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // The reason why the file was refused is on its way to the caller and matters more.
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
