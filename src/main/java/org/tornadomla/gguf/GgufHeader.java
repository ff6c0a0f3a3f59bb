package org.tornadomla.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tornadomla.blocks.BlockFormat;
import org.tornadomla.error.CheckpointException;

/**
 * The header of a GGUF file, believed only as far as it fits the file: magic, version, counts, metadata, tensors. The
 * data section starts at the next multiple of the alignment; each tensor starts at the first multiple behind the one
 * before it.
 *
 * @param metadata  values by key
 * @param tensors   in the order of their data
 * @param dataStart byte of the file at which the data section starts
 */
record GgufHeader(GgufMetadata metadata, List<Entry> tensors, long dataStart) {

    private static final int MAGIC = 0x46554747;
    private static final int FIRST_VERSION = 2;
    private static final int LAST_VERSION = 3;
    private static final int LONGEST_NAME = 65_535;
    private static final int MOST_AXES = 4;
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final String ALIGNMENT = "general.alignment";

    /** Key's length, type and one byte of value. */
    private static final int LEAST_KEY_BYTES = 13;
    /** Name's length, axes, one size, type and offset. */
    private static final int LEAST_TENSOR_BYTES = 32;

    /**
     * A tensor as the header describes it.
     *
     * @param name   its name
     * @param format how its numbers are stored
     * @param shape  sizes, the outermost first
     * @param offset first byte of the data section
     * @param bytes  how many bytes
     */
    record Entry(String name, BlockFormat format, List<Long> shape, long offset, long bytes) {
    }

    static GgufHeader read(Path file, MemorySegment bytes) {
        GgufCursor cursor = new GgufCursor(file, bytes, 0);
        checkVersion(cursor);
        long tensors = cursor.count("number of tensors", LEAST_TENSOR_BYTES);
        long keys = cursor.count("number of metadata keys", LEAST_KEY_BYTES);
        GgufMetadata metadata = new GgufMetadata(file, values(cursor, bytes, keys));
        int alignment = alignment(metadata);
        List<Entry> entries = entries(cursor, tensors, alignment);
        long start = tensors == 0 ? cursor.position() : padded(cursor.position(), alignment);
        checkEnd(cursor, entries, bytes.byteSize() - start, alignment);
        checkPadding(cursor, bytes, start);
        return new GgufHeader(metadata, List.copyOf(entries), start);
    }

    private static void checkVersion(GgufCursor cursor) {
        int magic = cursor.integer("the magic number");
        if (magic != MAGIC) {
            throw cursor.bad(String.format(Locale.ROOT, "starts with the bytes %08x, a GGUF file with %08x (\"GGUF\")",
                    Integer.reverseBytes(magic), Integer.reverseBytes(MAGIC)));
        }
        int version = cursor.integer("the version");
        if (Integer.reverseBytes(version) >= 1 && Integer.reverseBytes(version) <= LAST_VERSION) {
            throw cursor.bad("is a big-endian GGUF file, only little-endian ones are read; convert it with"
                    + " llama.cpp's gguf_convert_endian.py");
        }
        if (version < FIRST_VERSION || version > LAST_VERSION) {
            throw cursor.bad("is GGUF version " + version + ", must be " + FIRST_VERSION + " or " + LAST_VERSION);
        }
    }

    private static Map<String, GgufValue> values(GgufCursor cursor, MemorySegment bytes, long count) {
        Map<String, GgufValue> values = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            String key = cursor.text("metadata key " + i, LONGEST_NAME);
            if (values.put(key, value(cursor, bytes, key)) != null) {
                throw cursor.bad("metadata key " + key + " stands there twice");
            }
        }
        return values;
    }

    private static GgufValue value(GgufCursor cursor, MemorySegment bytes, String key) {
        ValueType type = valueType(cursor, key);
        boolean isArray = type == ValueType.ARRAY;
        long count = 1;
        if (isArray) {
            type = valueType(cursor, "elements of " + key);
            if (type == ValueType.ARRAY) {
                throw cursor.bad(key + " is an array of arrays, which are not read");
            }
            count = cursor.count("length of " + key, type.leastBytes());
        }
        long start = cursor.position();
        if (type == ValueType.STRING) {
            for (long i = 0; i < count; i++) {
                cursor.skip(cursor.count("length of a text of " + key, 1), "a text of " + key);
            }
        } else {
            cursor.skip(count * type.leastBytes(), key);
        }
        return new GgufValue(type, isArray, count, bytes.asSlice(start, cursor.position() - start));
    }

    private static ValueType valueType(GgufCursor cursor, String key) {
        int number = cursor.integer("type of " + key);
        return ValueType.of(number).orElseThrow(() -> cursor.bad("type of " + key + " is "
                + Integer.toUnsignedString(number) + ", must be from 0 to " + (ValueType.values().length - 1)));
    }

    private static int alignment(GgufMetadata metadata) {
        int alignment = metadata.optionalInteger(ALIGNMENT).orElse(DEFAULT_ALIGNMENT);
        if (alignment < 1 || Integer.bitCount(alignment) != 1) {
            throw metadata.bad(ALIGNMENT + " is " + alignment + ", must be a power of two");
        }
        return alignment;
    }

    private static List<Entry> entries(GgufCursor cursor, long count, int alignment) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        long expected = 0;
        for (long i = 0; i < count; i++) {
            String name = cursor.text("name of tensor " + i, LONGEST_NAME);
            Entry entry = entry(cursor, name);
            if (entry.offset() != expected) {
                throw cursor.bad("tensor " + name + " starts at byte " + Long.toUnsignedString(entry.offset())
                        + " of the data, expected " + expected + ", the first multiple of " + alignment
                        + " behind the tensor before it");
            }
            try {
                expected = padded(Math.addExact(expected, entry.bytes()), alignment);
            } catch (ArithmeticException e) {
                throw new CheckpointException(cursor.bad("tensor " + name + " ends beyond 64 bits").getMessage(), e);
            }
            if (entries.put(name, entry) != null) {
                throw cursor.bad("tensor " + name + " stands there twice");
            }
        }
        return new ArrayList<>(entries.values());
    }

    private static Entry entry(GgufCursor cursor, String name) {
        int axes = cursor.integer("axes of tensor " + name);
        if (axes < 1 || axes > MOST_AXES) {
            throw cursor.bad("tensor " + name + " has " + Integer.toUnsignedString(axes) + " axes, must be from 1 to "
                    + MOST_AXES);
        }
        List<Long> shape = new ArrayList<>();
        for (int axis = 0; axis < axes; axis++) {
            long size = cursor.wholeNumber("sizes of tensor " + name);
            if (size < 1) {
                throw cursor.bad("tensor " + name + " has a size of " + Long.toUnsignedString(size)
                        + ", must be from 1 to 2^63 - 1");
            }
            shape.addFirst(size);
        }
        BlockFormat format = format(cursor, name);
        return new Entry(name, format, List.copyOf(shape), cursor.wholeNumber("offset of tensor " + name),
                bytes(cursor, name, shape, format));
    }

    private static BlockFormat format(GgufCursor cursor, String name) {
        int number = cursor.integer("type of tensor " + name);
        Optional<TensorType> type = TensorType.of(number);
        return type.flatMap(TensorType::format)
                .orElseThrow(() -> cursor.bad("tensor " + name + " has type "
                        + type.map(TensorType::name).orElse("number " + Integer.toUnsignedString(number))
                        + ", which is not read; quantise the model to one of " + TensorType.readable()));
    }

    private static long bytes(GgufCursor cursor, String name, List<Long> shape, BlockFormat format) {
        long width = shape.getLast();
        if (width % format.blockLength() != 0) {
            throw cursor.bad("tensor " + name + " has rows of " + width + " numbers, " + format.formatName()
                    + " needs a multiple of " + format.blockLength());
        }
        try {
            long count = shape.stream().reduce(1L, Math::multiplyExact);
            return format.bytes(count);
        } catch (ArithmeticException e) {
            throw new CheckpointException(
                    cursor.bad("shape " + shape + " of tensor " + name + " overflows 64 bits").getMessage(), e);
        }
    }

    private static void checkEnd(GgufCursor cursor, List<Entry> entries, long dataBytes, int alignment) {
        long end = entries.isEmpty() ? 0 : entries.getLast().offset() + entries.getLast().bytes();
        if (end > dataBytes) {
            throw cursor.bad("header promises " + end + " data bytes, file has " + Math.max(dataBytes, 0) + ": "
                    + (end - dataBytes) + " bytes are missing; it was not copied to its end");
        }
        if (!entries.isEmpty() && dataBytes - end >= alignment) {
            throw cursor.bad("file has " + dataBytes + " data bytes, header describes " + end);
        }
    }

    /** Where bytes of a header are lost or added, its padding holds what does not belong there. */
    private static void checkPadding(GgufCursor cursor, MemorySegment bytes, long start) {
        for (long at = cursor.position(); at < Math.min(start, bytes.byteSize()); at++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, at) != 0) {
                throw cursor.bad("byte " + at + " between header and data is not zero; the file is damaged");
            }
        }
    }

    private static long padded(long position, int alignment) {
        return Math.multiplyExact(Math.ceilDiv(position, (long) alignment), (long) alignment);
    }
}
