package org.tornadomla.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.tornadomla.error.CheckpointException;

/** Reads a mapped GGUF file from its start; everything is held against the file's size before it is believed. */
final class GgufCursor {

    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final MemorySegment bytes;
    private long at;

    GgufCursor(Path file, MemorySegment bytes, long at) {
        this.file = file;
        this.bytes = bytes;
        this.at = at;
    }

    long position() {
        return at;
    }

    CheckpointException bad(String what) {
        return new CheckpointException(file + ": " + what);
    }

    /** Moves on over bytes that must be there. */
    long skip(long count, String what) {
        if (count < 0 || count > bytes.byteSize() - at) {
            throw bad(what + " takes " + Long.toUnsignedString(count) + " bytes from byte " + at + ", the file has "
                    + bytes.byteSize() + "; it is damaged or was not copied to its end");
        }
        long start = at;
        at += count;
        return start;
    }

    int integer(String what) {
        return bytes.get(INT, skip(Integer.BYTES, what));
    }

    /** A count of things that take at least some bytes each, so that a damaged one is refused before anything grows. */
    long count(String what, long leastBytes) {
        long count = bytes.get(LONG, skip(Long.BYTES, what));
        long most = (bytes.byteSize() - at) / leastBytes;
        if (count < 0 || count > most) {
            throw bad(what + " is " + Long.toUnsignedString(count) + ", the rest of the file holds at most " + most);
        }
        return count;
    }

    long wholeNumber(String what) {
        return bytes.get(LONG, skip(Long.BYTES, what));
    }

    /** A text of at most some bytes. */
    String text(String what, long mostBytes) {
        long length = count("length of " + what, 1);
        if (length > mostBytes) {
            throw bad(what + " has " + length + " bytes, must be at most " + mostBytes);
        }
        return decode(bytes.asSlice(skip(length, what), length), what);
    }

    String decode(MemorySegment slice, String what) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(slice.toArray(ValueLayout.JAVA_BYTE));
            return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
        } catch (CharacterCodingException e) {
            throw new CheckpointException(file + ": " + what + " is not UTF-8", e);
        }
    }
}
