package org.tornadomla.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A metadata value: where it stands in the mapped file and of what type it is. Its bounds were checked when the header
 * was read; it is decoded when it is asked for.
 *
 * @param type    type of the value, or of an array's elements
 * @param isArray whether it is an array
 * @param count   number of elements; 1 for a single value
 * @param bytes   the value or the elements; each text with its length in front
 */
record GgufValue(ValueType type, boolean isArray, long count, MemorySegment bytes) {

    /** A whole number of any width; 64 bits without sign beyond 2^63 - 1 become negative. */
    long whole(long index) {
        long at = index * type.leastBytes();
        return switch (type) {
            case UINT8, BOOL -> bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
            case INT8 -> bytes.get(ValueLayout.JAVA_BYTE, at);
            case UINT16 -> bytes.get(GgufCursor.SHORT, at) & 0xFFFF;
            case INT16 -> bytes.get(GgufCursor.SHORT, at);
            case UINT32 -> bytes.get(GgufCursor.INT, at) & 0xFFFF_FFFFL;
            case INT32 -> bytes.get(GgufCursor.INT, at);
            case UINT64, INT64 -> bytes.get(GgufCursor.LONG, at);
            case FLOAT32, FLOAT64, STRING, ARRAY -> throw new IllegalStateException(type + " is no whole number");
        };
    }

    /**
     * A number. Of a 32-bit one, the shortest decimal that rounds to it, which is what stood in the configuration that
     * the file was made of: 1e-6, not 9.999999974752427e-7.
     */
    double number() {
        return switch (type) {
            case FLOAT32 -> Double.parseDouble(Float.toString(Float.intBitsToFloat(bytes.get(GgufCursor.INT, 0))));
            case FLOAT64 -> Double.longBitsToDouble(bytes.get(GgufCursor.LONG, 0));
            default -> whole(0);
        };
    }

    /** The texts of an array, or the one text. */
    List<String> texts(GgufCursor decoder, String what) {
        List<String> texts = new ArrayList<>((int) count);
        long at = 0;
        for (long i = 0; i < count; i++) {
            long length = bytes.get(GgufCursor.LONG, at);
            texts.add(decoder.decode(bytes.asSlice(at + Long.BYTES, length), what));
            at += Long.BYTES + length;
        }
        return texts;
    }

    String described() {
        return isArray ? "an array of " + count + " " + type : "a " + type;
    }
}
