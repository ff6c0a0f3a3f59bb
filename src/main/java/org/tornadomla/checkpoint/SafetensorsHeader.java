package org.tornadomla.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadomla.config.Shortened;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Dtype;

/**
 * The header of a safetensors file, believed only as far as it fits the file: 8 bytes of length, a json object of that
 * length, then the data, which the tensors must cover without overlap or gap.
 *
 * @param tensors   by name, in the order of their data
 * @param metadata  the file's texts ({@code __metadata__})
 * @param dataStart byte of the file at which the data section starts
 */
record SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata, long dataStart) {

    private static final int LENGTH_BYTES = 8;
    /** Longest header that the format's own implementation takes. */
    private static final long LONGEST_HEADER = 100_000_000;
    private static final String METADATA = "__metadata__";

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < LENGTH_BYTES) {
            throw bad(file, "has " + size + " bytes, fewer than the " + LENGTH_BYTES + " of a header's length");
        }
        long length = readFully(channel, 0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
        long longest = Math.min(size - LENGTH_BYTES, LONGEST_HEADER);
        if (length < 0 || length > longest) {
            throw bad(file,
                    "claims a header of " + Long.toUnsignedString(length) + " bytes, must be at most " + longest);
        }
        JsonNode json = parse(file, readFully(channel, LENGTH_BYTES, (int) length).array());
        long dataStart = LENGTH_BYTES + length;
        return interpret(file, json, dataStart, size - dataStart);
    }

    private static ByteBuffer readFully(FileChannel channel, long from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new IOException("the file ends at byte " + (from + buffer.position()));
            }
        }
        return buffer.flip();
    }

    private static JsonNode parse(Path file, byte[] text) {
        JsonNode json;
        try {
            json = MAPPER.readTree(text);
        } catch (IOException e) {
            throw new CheckpointException(
                    file + ": header is not json: " + Shortened.text(String.valueOf(e.getMessage())), e);
        }
        if (json == null || !json.isObject()) {
            throw bad(file, "header is not a json object");
        }
        return json;
    }

    private static SafetensorsHeader interpret(Path file, JsonNode json, long dataStart, long dataBytes) {
        Map<String, String> metadata = new LinkedHashMap<>();
        List<TensorInfo> tensors = new ArrayList<>();
        json.properties().forEach(entry -> {
            if (entry.getKey().equals(METADATA)) {
                metadata.putAll(texts(file, entry.getValue()));
            } else {
                tensors.add(tensor(file, entry.getKey(), entry.getValue()));
            }
        });
        tensors.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
        checkCoverage(file, tensors, dataBytes);
        Map<String, TensorInfo> byName = new LinkedHashMap<>();
        tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
        return new SafetensorsHeader(byName, metadata, dataStart);
    }

    private static Map<String, String> texts(Path file, JsonNode json) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (!json.isObject()) {
            throw bad(file, METADATA + " is not an object");
        }
        json.properties().forEach(entry -> {
            if (!entry.getValue().isTextual()) {
                throw bad(file, METADATA + "." + entry.getKey() + " is not a text");
            }
            texts.put(entry.getKey(), entry.getValue().textValue());
        });
        return texts;
    }

    private static TensorInfo tensor(Path file, String name, JsonNode json) {
        String where = "tensor " + name;
        if (!json.isObject()) {
            throw bad(file, where + " is not an object");
        }
        JsonNode type = json.path("dtype");
        if (!type.isTextual()) {
            throw bad(file, where + ": dtype is " + Shortened.text(type.toString()) + ", must be a text");
        }
        Dtype dtype = Dtype.named(type.textValue());
        List<Long> shape = wholeNumbers(file, where + ": shape", json.path("shape"));
        List<Long> offsets = wholeNumbers(file, where + ": data_offsets", json.path("data_offsets"));
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw bad(file, where + ": data_offsets are " + offsets + ", must be [begin, end] with begin <= end");
        }
        long span = offsets.get(1) - offsets.get(0);
        long bytes;
        try {
            bytes = shape.stream().reduce((long) dtype.bytes(), Math::multiplyExact);
        } catch (ArithmeticException e) {
            throw new CheckpointException(file + ": " + where + ": shape " + shape + " overflows 64 bits", e);
        }
        // Of a format that is not known nobody can say how many bytes a shape takes.
        if (dtype != Dtype.OTHER && bytes != span) {
            throw bad(file, where + ": shape " + shape + " of " + dtype + " takes " + bytes
                    + " bytes, data_offsets span " + span);
        }
        return new TensorInfo(name, dtype, type.textValue(), shape, file, offsets.get(0), offsets.get(1));
    }

    private static List<Long> wholeNumbers(Path file, String where, JsonNode json) {
        if (!json.isArray()) {
            throw bad(file, where + " is not a list");
        }
        List<Long> numbers = new ArrayList<>();
        for (JsonNode number : json) {
            if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
                throw bad(file, where + " holds " + number + ", must be whole numbers from 0 to 2^63 - 1");
            }
            numbers.add(number.longValue());
        }
        return List.copyOf(numbers);
    }

    private static void checkCoverage(Path file, List<TensorInfo> tensors, long dataBytes) {
        long covered = 0;
        String before = "the data's start";
        for (TensorInfo tensor : tensors) {
            if (tensor.begin() != covered) {
                String fault = tensor.begin() < covered ? ": they overlap" : ": there is a gap";
                throw bad(file, "tensor " + tensor.name() + " starts at byte " + tensor.begin()
                        + " of the data, expected " + covered + " behind " + before + fault);
            }
            covered = tensor.end();
            before = "tensor " + tensor.name();
        }
        if (covered > dataBytes) {
            throw bad(file, "header promises " + covered + " data bytes, file has " + dataBytes + ": "
                    + (covered - dataBytes) + " bytes are missing");
        }
        if (covered < dataBytes) {
            throw bad(file, "file has " + dataBytes + " data bytes, header describes " + covered);
        }
    }

    private static CheckpointException bad(Path file, String what) {
        return new CheckpointException(file + ": " + what);
    }
}
