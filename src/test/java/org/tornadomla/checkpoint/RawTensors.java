package org.tornadomla.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.tornadomla.tensor.Dtype;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A safetensors file of tensors whose bytes are given. */
final class RawTensors {

    private record Raw(Dtype dtype, List<Long> shape, byte[] bytes) {
    }

    private final Map<String, Raw> tensors = new LinkedHashMap<>();

    RawTensors add(String name, Dtype dtype, List<Long> shape, byte[] bytes) {
        tensors.put(name, new Raw(dtype, shape, bytes));
        return this;
    }

    RawTensors integers(String name, List<Long> shape, int... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(numbers);
        return add(name, Dtype.I32, shape, bytes.array());
    }

    RawTensors shorts(String name, Dtype dtype, List<Long> shape, short... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(numbers);
        return add(name, dtype, shape, bytes.array());
    }

    RawTensors floats(String name, List<Long> shape, float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return add(name, Dtype.F32, shape, bytes.array());
    }

    void write(Path file) {
        ObjectNode all = new ObjectMapper().createObjectNode();
        long begin = 0;
        for (Map.Entry<String, Raw> entry : tensors.entrySet()) {
            Raw raw = entry.getValue();
            ObjectNode header = all.putObject(entry.getKey()).put("dtype", raw.dtype.name());
            raw.shape.forEach(header.putArray("shape")::add);
            header.putArray("data_offsets").add(begin).add(begin + raw.bytes.length);
            begin += raw.bytes.length;
        }
        byte[] header = all.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, header.length);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(length.array());
            out.write(header);
            for (Raw raw : tensors.values()) {
                out.write(raw.bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
