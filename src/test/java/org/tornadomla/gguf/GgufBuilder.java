package org.tornadomla.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadomla.blocks.BlockEncoder;
import org.tornadomla.blocks.BlockFormats;

/**
 * Writes GGUF files with any content, damaged ones too; apart from the library's own writer, so that one does not
 * confirm the other.
 */
final class GgufBuilder {

    /** A tensor. */
    record Tensor(int type, List<Long> sizes, byte[] bytes) {
    }

    /** A value of a type that Java has no class for. */
    record Raw(int type, byte[] bytes) {
    }

    final Map<String, Object> keys = new LinkedHashMap<>();
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    int version = 3;
    int alignment = 32;

    /** A copy of a model, its tensors in float32. */
    static GgufBuilder copy(Path file) {
        GgufBuilder builder = new GgufBuilder();
        try (GgufFile source = GgufFile.open(file)) {
            GgufMetadata metadata = source.metadata();
            metadata.keys().forEach(key -> builder.keys.put(key, value(metadata, key)));
            source.tensors().values()
                    .forEach(tensor -> builder.tensor(tensor.name(), "F32", tensor.shape().reversed(), tensor.read()));
        }
        return builder;
    }

    private static Object value(GgufMetadata metadata, String key) {
        GgufValue value = metadata.value(key);
        if (value.isArray()) {
            return value.type() == ValueType.STRING ? metadata.texts(key) : metadata.integers(key);
        }
        return switch (value.type()) {
            case STRING -> metadata.text(key);
            case BOOL -> metadata.optionalFlag(key).orElseThrow();
            case FLOAT32 -> (float) metadata.optionalNumber(key).orElseThrow();
            default -> metadata.integer(key);
        };
    }

    /** Adds a tensor; sizes are the innermost first, as in the file. */
    GgufBuilder tensor(String name, String format, List<Long> sizes, float[] numbers) {
        BlockEncoder encoder = BlockFormats.encoder(format).orElseThrow();
        byte[] bytes = new byte[(int) encoder.bytes(numbers.length)];
        encoder.encode(numbers, 0, numbers.length / encoder.blockLength(), bytes, 0);
        tensors.put(name, new Tensor(TensorType.valueOf(format).number(), sizes, bytes));
        return this;
    }

    GgufBuilder key(String key, Object value) {
        keys.put(key, value);
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(number(4, version));
        out.writeBytes(number(8, tensors.size()));
        out.writeBytes(number(8, keys.size()));
        keys.forEach((key, value) -> {
            out.writeBytes(text(key));
            writeValue(out, value);
        });
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            out.writeBytes(text(entry.getKey()));
            out.writeBytes(number(4, tensor.sizes().size()));
            tensor.sizes().forEach(size -> out.writeBytes(number(8, size)));
            out.writeBytes(number(4, tensor.type()));
            out.writeBytes(number(8, offset));
            offset += tensor.bytes().length + padding(tensor.bytes().length);
        }
        out.writeBytes(new byte[padding(out.size())]);
        tensors.values().forEach(tensor -> {
            out.writeBytes(tensor.bytes());
            out.writeBytes(new byte[padding(tensor.bytes().length)]);
        });
        return out.toByteArray();
    }

    private int padding(int size) {
        return (alignment - size % alignment) % alignment;
    }

    private static void writeValue(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case Raw raw -> {
                out.writeBytes(number(4, raw.type()));
                out.writeBytes(raw.bytes());
            }
            case String text -> {
                out.writeBytes(number(4, 8));
                out.writeBytes(text(text));
            }
            case Boolean flag -> {
                out.writeBytes(number(4, 7));
                out.write(flag ? 1 : 0);
            }
            case Float real -> {
                out.writeBytes(number(4, 6));
                out.writeBytes(number(4, Float.floatToIntBits(real)));
            }
            case Integer whole -> {
                out.writeBytes(number(4, 4));
                out.writeBytes(number(4, whole));
            }
            case int[] numbers -> {
                out.writeBytes(number(4, 9));
                out.writeBytes(number(4, 5));
                out.writeBytes(number(8, numbers.length));
                for (int one : numbers) {
                    out.writeBytes(number(4, one));
                }
            }
            case List<?> texts -> {
                out.writeBytes(number(4, 9));
                out.writeBytes(number(4, 8));
                out.writeBytes(number(8, texts.size()));
                texts.forEach(text -> out.writeBytes(text((String) text)));
            }
            default -> throw new IllegalArgumentException(value.toString());
        }
    }

    static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(number(8, bytes.length));
        out.writeBytes(bytes);
        return out.toByteArray();
    }

    static byte[] number(int bytes, long value) {
        byte[] all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
        return Arrays.copyOf(all, bytes);
    }
}
