package org.tornadomla.packed;

import java.nio.BufferUnderflowException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The beginning of a file of packed weights: which arrays follow, and checksums of all that follows.
 *
 * <p>In little-endian order: {@value #MAGIC} (8 bytes), the key (32 bytes), the number of arrays (4 bytes) and the
 * bytes of each (8), the number of pieces (4) and the CRC-32C of each (4), the CRC-32C of all that (4). Then zeros up
 * to the next page, where the data begins. An array begins on a page.
 *
 * @param key    SHA-256 of all that the arrays depend on, in hex
 * @param arrays bytes of each array
 * @param pieces checksums of the data, one for each {@link #PIECE} bytes
 */
record PackedHeader(String key, long[] arrays, int[] pieces) {

    /** Bytes of data that have a checksum together. */
    static final int PIECE = 32 << 20;
    /** Memory that a device shares with the host begins on a page. */
    static final long PAGE = 4096;

    private static final long MAGIC = 0x3130_4b50_414c_4d54L;
    private static final int KEY_BYTES = 32;

    /** The header of some arrays before their checksums are known. */
    static PackedHeader of(String key, long[] arrays) {
        return new PackedHeader(key, arrays, new int[Math.toIntExact(Math.ceilDiv(dataBytes(arrays), (long) PIECE))]);
    }

    private static long toPage(long bytes) {
        return Math.ceilDiv(bytes, PAGE) * PAGE;
    }

    private static long dataBytes(long[] arrays) {
        return Arrays.stream(arrays).map(PackedHeader::toPage).sum();
    }

    private int headerBytes() {
        return Long.BYTES + KEY_BYTES + Integer.BYTES + arrays.length * Long.BYTES + Integer.BYTES
                + pieces.length * Integer.BYTES + Integer.BYTES;
    }

    /** Byte of the file at which the data begins. */
    long dataStart() {
        return toPage(headerBytes());
    }

    /** Bytes of the file. */
    long fileBytes() {
        return dataStart() + dataBytes(arrays);
    }

    /** The arrays of the data. */
    List<MemorySegment> parts(MemorySegment data) {
        List<MemorySegment> parts = new ArrayList<>();
        long from = 0;
        for (long bytes : arrays) {
            parts.add(data.asSlice(from, bytes));
            from += toPage(bytes);
        }
        return parts;
    }

    /** Whether a file of some bytes has all that the header says. */
    boolean isWhole(long fileBytes) {
        return fileBytes == fileBytes() && pieces.length == of(key, arrays).pieces.length;
    }

    /** The header as the file has it. */
    ByteBuffer bytes() {
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(dataStart())).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(MAGIC).put(HexFormat.of().parseHex(key)).putInt(arrays.length);
        Arrays.stream(arrays).forEach(buffer::putLong);
        buffer.putInt(pieces.length);
        Arrays.stream(pieces).forEach(buffer::putInt);
        buffer.putInt(checksum(buffer.duplicate().flip()));
        return buffer.clear();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return (int) sum.getValue();
    }

    /**
     * Reads a header.
     *
     * @param bytes the beginning of a file
     * @return empty when it is no header, or was damaged
     */
    static Optional<PackedHeader> read(ByteBuffer bytes) {
        ByteBuffer buffer = bytes.order(ByteOrder.LITTLE_ENDIAN);
        try {
            if (buffer.getLong() != MAGIC) {
                return Optional.empty();
            }
            byte[] key = new byte[KEY_BYTES];
            buffer.get(key);
            long[] arrays = new long[count(buffer, Long.BYTES)];
            Arrays.setAll(arrays, i -> buffer.getLong());
            int[] pieces = new int[count(buffer, Integer.BYTES)];
            Arrays.setAll(pieces, i -> buffer.getInt());
            int sum = checksum(buffer.duplicate().flip());
            return sum == buffer.getInt()
                    ? Optional.of(new PackedHeader(HexFormat.of().formatHex(key), arrays, pieces))
                    : Optional.empty();
        } catch (BufferUnderflowException tooShort) {
            return Optional.empty();
        }
    }

    /** A count that the rest of the buffer bears out, so that no memory is taken for a damaged one. */
    private static int count(ByteBuffer buffer, int elementBytes) {
        int count = buffer.getInt();
        if (count < 0 || count > buffer.remaining() / elementBytes) {
            throw new BufferUnderflowException();
        }
        return count;
    }
}
