package org.tornadomla.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.tornadomla.error.CheckpointException;

/** The metadata of a GGUF file by key, read in the types that a caller expects. */
public final class GgufMetadata {

    private final Path file;
    private final Map<String, GgufValue> values;
    private final GgufCursor decoder;

    GgufMetadata(Path file, Map<String, GgufValue> values) {
        this.file = file;
        this.values = values;
        this.decoder = new GgufCursor(file, MemorySegment.NULL, 0);
    }

    /** All keys, in the order of the file. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** Whether there is such a key. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /**
     * A text.
     *
     * @throws CheckpointException when it is missing or no text
     */
    public String text(String key) {
        return optionalText(key).orElseThrow(() -> missing(key));
    }

    /**
     * A text that may be missing.
     *
     * @throws CheckpointException when it is no text
     */
    public Optional<String> optionalText(String key) {
        return single(key, type -> type == ValueType.STRING, "a text")
                .map(value -> value.texts(decoder, key).getFirst());
    }

    /**
     * A whole number of 31 bits.
     *
     * @throws CheckpointException when it is missing or none
     */
    public int integer(String key) {
        return optionalInteger(key).orElseThrow(() -> missing(key));
    }

    /**
     * A whole number of 31 bits that may be missing.
     *
     * @throws CheckpointException when it is none
     */
    public OptionalInt optionalInteger(String key) {
        Optional<GgufValue> value = single(key, ValueType::isWhole, "a whole number");
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        long number = value.get().whole(0);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw bad(key + " is " + number + ", must be from 0 to " + Integer.MAX_VALUE);
        }
        return OptionalInt.of((int) number);
    }

    /**
     * A number that may be missing.
     *
     * @throws CheckpointException when it is none
     */
    public OptionalDouble optionalNumber(String key) {
        Optional<GgufValue> value = single(key,
                type -> type.isWhole() || type == ValueType.FLOAT32 || type == ValueType.FLOAT64, "a number");
        return value.map(number -> OptionalDouble.of(number.number())).orElse(OptionalDouble.empty());
    }

    /**
     * A truth value that may be missing.
     *
     * @throws CheckpointException when it is none
     */
    public Optional<Boolean> optionalFlag(String key) {
        return single(key, type -> type == ValueType.BOOL, "true or false").map(value -> value.whole(0) != 0);
    }

    /**
     * The texts of an array.
     *
     * @throws CheckpointException when it is missing or no array of texts
     */
    public List<String> texts(String key) {
        GgufValue value = array(key);
        if (value.type() != ValueType.STRING) {
            throw bad(key + " is " + value.described() + ", must be an array of texts");
        }
        return value.texts(decoder, key);
    }

    /**
     * The whole numbers of an array.
     *
     * @throws CheckpointException when it is missing or no array of whole numbers
     */
    public int[] integers(String key) {
        GgufValue value = array(key);
        if (!value.type().isWhole() || value.count() > Integer.MAX_VALUE - 8) {
            throw bad(key + " is " + value.described() + ", must be an array of whole numbers");
        }
        int[] numbers = new int[(int) value.count()];
        for (int i = 0; i < numbers.length; i++) {
            long number = value.whole(i);
            if (number != (int) number) {
                throw bad(key + " holds " + number + ", more than 32 bits");
            }
            numbers[i] = (int) number;
        }
        return numbers;
    }

    /** The value of a key; null when there is none. */
    GgufValue value(String key) {
        return values.get(key);
    }

    private GgufValue array(String key) {
        GgufValue value = value(key);
        if (value == null) {
            throw missing(key);
        }
        if (!value.isArray()) {
            throw bad(key + " is " + value.described() + ", must be an array");
        }
        return value;
    }

    private Optional<GgufValue> single(String key, Predicate<ValueType> allowed, String what) {
        GgufValue value = value(key);
        if (value != null && (value.isArray() || !allowed.test(value.type()))) {
            throw bad(key + " is " + value.described() + ", must be " + what);
        }
        return Optional.ofNullable(value);
    }

    private CheckpointException missing(String key) {
        return bad("metadata has no " + key);
    }

    @Override
    public String toString() {
        return file.toString();
    }

    /** An exception that names the file. */
    CheckpointException bad(String what) {
        return new CheckpointException(file + ": " + what);
    }
}
