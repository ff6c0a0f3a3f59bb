package org.tornadomla.cache;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.tornadomla.error.SnapshotException;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.CacheType;

/**
 * The head of a snapshot file; docs/cache.md has the table of its fields. Little-endian.
 *
 * @param config    of the cache that the rows are from or go to
 * @param type      number format of the stored rows, that of the cache which they are from
 * @param rowLayout widths of the stored rows, which are stored without padding
 * @param layers    layers, one block of rows each
 * @param tokens    rows in each block, in the order of their positions
 * @param model     see {@link CacheConfig#model}
 * @param origin    what shapes the rows besides
 */
record SnapshotHeader(CacheConfig config, CacheType type, RowLayout rowLayout, int layers, int tokens, String model,
        RowOrigin origin) {

    static final int VERSION = 2;
    static final byte[] MAGIC = "MLACACHE".getBytes(StandardCharsets.US_ASCII);
    static final int CHECKSUM_BYTES = Integer.BYTES;

    private static final int FIXED_BYTES = MAGIC.length + 8 * Integer.BYTES;

    /** No header is longer. */
    static final int MAX_BYTES = FIXED_BYTES + CacheConfig.MAX_MODEL_BYTES + RowOrigin.MAX_BYTES + CHECKSUM_BYTES;

    static SnapshotHeader of(CacheConfig config, int tokens) {
        return new SnapshotHeader(config, config.type(), config.rowLayout(), config.layers(), tokens, config.model(),
                config.origin());
    }

    int bytes() {
        return FIXED_BYTES + model.getBytes(StandardCharsets.UTF_8).length + origin.bytes().length + CHECKSUM_BYTES;
    }

    /** Numbers of a row of a pool. */
    int payload(int pool) {
        return config.rowLayout(pool).payload();
    }

    int rowBytes(int pool) {
        return config.rowLayout(pool).fileBytes(config.type(pool));
    }

    /** Pools, a block of rows each. */
    int pools() {
        return config.pools();
    }

    /** Length of the blocks of the pools before one. */
    long blockBytes(int pools) {
        long bytes = 0;
        for (int pool = 0; pool < pools; pool++) {
            bytes += (long) tokens * rowBytes(pool) + CHECKSUM_BYTES;
        }
        return bytes;
    }

    /** Length of the whole file. */
    long fileBytes() {
        return bytes() + blockBytes(pools());
    }

    /** Appends a row to a buffer; what is in the format already is not changed. */
    void put(int pool, float[] payload, ByteBuffer target) {
        switch (config.type(pool)) {
            case F32 -> {
                for (float number : payload) {
                    target.putFloat(number);
                }
            }
            case BF16 -> {
                for (float number : payload) {
                    target.putShort(Bfloat16.fromFloat(number));
                }
            }
            case INT8 -> config.rowLayout(pool).packedInt8().put(payload, target);
        }
    }

    /** Takes the next row from a buffer. */
    void get(int pool, ByteBuffer source, float[] payload) {
        switch (config.type(pool)) {
            case F32 -> {
                for (int i = 0; i < payload.length; i++) {
                    payload[i] = source.getFloat();
                }
            }
            case BF16 -> {
                for (int i = 0; i < payload.length; i++) {
                    payload[i] = Bfloat16.toFloat(source.getShort());
                }
            }
            case INT8 -> config.rowLayout(pool).packedInt8().get(source, payload);
        }
    }

    ByteBuffer encode() {
        byte[] name = model.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(bytes()).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(MAGIC).putInt(VERSION).putInt(code(type)).putInt(rowLayout.kvLoraRank())
                .putInt(rowLayout.qkRopeHeadDim()).putInt(layers).putInt(tokens).putInt(name.length).put(name)
                .putInt(origin.bytes().length).put(origin.bytes());
        buffer.putInt(checksum(buffer.array(), buffer.position()));
        return buffer.flip();
    }

    /**
     * Reads a header for a cache and refuses what does not suit it.
     *
     * @param path   for messages
     * @param start  the first bytes of the file, {@link #MAX_BYTES} of them or all there are
     * @param config of the cache that is to take the rows
     * @throws SnapshotException when the header is damaged, or of another version, number format, layout or model
     */
    static SnapshotHeader decode(Path path, ByteBuffer start, CacheConfig config) {
        ByteBuffer buffer = start.order(ByteOrder.LITTLE_ENDIAN);
        try {
            byte[] magic = new byte[MAGIC.length];
            buffer.get(magic);
            require(path, "first bytes", text(magic), text(MAGIC));
            require(path, "version", buffer.getInt(), VERSION);
            int type = buffer.getInt();
            int kvLoraRank = buffer.getInt();
            int qkRopeHeadDim = buffer.getInt();
            int layers = buffer.getInt();
            int tokens = buffer.getInt();
            byte[] name = new byte[length(path, "the model's name", buffer.getInt(), CacheConfig.MAX_MODEL_BYTES)];
            buffer.get(name);
            byte[] origin = new byte[length(path, "what shapes the rows", buffer.getInt(), RowOrigin.MAX_BYTES)];
            buffer.get(origin);
            int computed = checksum(buffer.array(), buffer.position());
            require(path, "header checksum", Integer.toHexString(buffer.getInt()), Integer.toHexString(computed));
            requireType(path, type, config.type());
            require(path, "kvLoraRank", kvLoraRank, config.rowLayout().kvLoraRank());
            require(path, "qkRopeHeadDim", qkRopeHeadDim, config.rowLayout().qkRopeHeadDim());
            require(path, "number of layers", layers, config.layers());
            require(path, "model", new String(name, StandardCharsets.UTF_8), config.model());
            RowOrigin.parse(origin).difference(config.origin()).ifPresent(difference -> {
                throw new SnapshotException(path, "its rows are of another kind: " + difference);
            });
            if (tokens < 0 || tokens > config.maxSequenceTokens()) {
                throw new SnapshotException(path,
                        "number of tokens is " + tokens + ", allowed are 0 to " + config.maxSequenceTokens());
            }
            return of(config, tokens);
        } catch (BufferUnderflowException truncated) {
            throw new SnapshotException(path, "ends within its header, after " + buffer.limit() + " bytes", truncated);
        }
    }

    private static int code(CacheType type) {
        return switch (type) {
            case F32 -> 1;
            case BF16 -> 2;
            case INT8 -> 3;
        };
    }

    private static void requireType(Path path, int code, CacheType expected) {
        CacheType type = Arrays.stream(CacheType.values()).filter(known -> code(known) == code).findFirst()
                .orElseThrow(() -> new SnapshotException(path,
                        "element type is " + code + ", known are 1 (F32), 2 (BF16) and 3 (INT8)"));
        if (type != expected) {
            throw new SnapshotException(path, "element type is " + type + ", the cache holds " + expected
                    + "; restore it into a cache of type " + type);
        }
    }

    private static int length(Path path, String of, int length, int most) {
        if (length < 0 || length > most) {
            throw new SnapshotException(path, "length of " + of + " is " + length + ", allowed are 0 to " + most);
        }
        return length;
    }

    private static void require(Path path, String field, Object given, Object expected) {
        if (!given.equals(expected)) {
            throw new SnapshotException(path, field + " is '" + given + "', expected is '" + expected + "'");
        }
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.ISO_8859_1);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }
}
