package org.tornadomla.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.Dtype;

/** Writes safetensors files row by row, so that a file may be larger than the memory. */
public final class SafetensorsWriter {

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private record Tensor(Dtype dtype, List<Long> shape, LongFunction<float[]> rows) {

        long rowCount() {
            return shape.isEmpty() ? 1 : shape.getFirst();
        }

        long bytes() {
            return shape.stream().reduce((long) dtype.bytes(), Math::multiplyExact);
        }
    }

    /**
     * Adds a text.
     *
     * @param key  key
     * @param text text
     * @return this writer
     */
    public SafetensorsWriter metadata(String key, String text) {
        metadata.put(key, text);
        return this;
    }

    /**
     * Adds a tensor.
     *
     * @param name  name
     * @param dtype format to write
     * @param shape sizes
     * @param rows  a row's numbers by its index
     * @return this writer
     */
    public SafetensorsWriter add(String name, Dtype dtype, List<Long> shape, LongFunction<float[]> rows) {
        tensors.put(name, new Tensor(dtype, shape, rows));
        return this;
    }

    /**
     * Adds a tensor.
     *
     * @param name   name
     * @param dtype  format to write
     * @param shape  sizes
     * @param values numbers in row-major order
     * @return this writer
     */
    public SafetensorsWriter add(String name, Dtype dtype, List<Long> shape, float[] values) {
        int width = (int) (values.length / Math.max(1, shape.isEmpty() ? 1 : shape.getFirst()));
        return add(name, dtype, shape, row -> Arrays.copyOfRange(values, (int) row * width, (int) (row + 1) * width));
    }

    /**
     * The header as it is written, without its length.
     *
     * @return json
     */
    public String header() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode texts = json.putObject("__metadata__");
            metadata.forEach(texts::put);
        }
        long begin = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            ObjectNode description = json.putObject(entry.getKey());
            description.put("dtype", tensor.dtype.name());
            tensor.shape.forEach(description.putArray("shape")::add);
            description.putArray("data_offsets").add(begin).add(begin + tensor.bytes());
            begin += tensor.bytes();
        }
        return json.toString();
    }

    /**
     * Writes the file.
     *
     * @param file where to
     */
    public void write(Path file) {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            byte[] header = header().getBytes(StandardCharsets.UTF_8);
            out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
            out.write(header);
            for (Tensor tensor : tensors.values()) {
                for (long row = 0; row < tensor.rowCount(); row++) {
                    out.write(encode(tensor.dtype, tensor.rows.apply(row)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] encode(Dtype dtype, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (dtype) {
                case F64 -> bytes.putDouble(value);
                case F32 -> bytes.putFloat(value);
                case F16 -> bytes.putShort(Float.floatToFloat16(value));
                case BF16 -> bytes.putShort(Bfloat16.fromFloat(value));
                case F8_E4M3 -> bytes.put(Float8Encoder.encode(value));
                case I32 -> bytes.putInt((int) value);
                case I64 -> bytes.putLong((long) value);
                default -> throw new IllegalArgumentException(dtype + " is not written");
            }
        }
        return bytes.array();
    }
}
