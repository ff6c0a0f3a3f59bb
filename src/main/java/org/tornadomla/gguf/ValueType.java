package org.tornadomla.gguf;

import java.util.Arrays;
import java.util.Optional;

/** Types of metadata values in a GGUF file by their numbers. */
enum ValueType {
    UINT8(0, 1),
    INT8(1, 1),
    UINT16(2, 2),
    INT16(3, 2),
    UINT32(4, 4),
    INT32(5, 4),
    FLOAT32(6, 4),
    BOOL(7, 1),
    STRING(8, 8),
    ARRAY(9, 12),
    UINT64(10, 8),
    INT64(11, 8),
    FLOAT64(12, 8);

    private final int number;
    private final int leastBytes;

    ValueType(int number, int leastBytes) {
        this.number = number;
        this.leastBytes = leastBytes;
    }

    int number() {
        return number;
    }

    /** Bytes of a value; of a text or array, the fewest that one takes. */
    int leastBytes() {
        return leastBytes;
    }

    boolean isWhole() {
        return this != FLOAT32 && this != FLOAT64 && this != BOOL && this != STRING && this != ARRAY;
    }

    static Optional<ValueType> of(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }
}
