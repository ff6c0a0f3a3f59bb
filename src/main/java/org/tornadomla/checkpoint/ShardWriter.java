package org.tornadomla.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

import org.tornadomla.blocks.EncodedRows;
import org.tornadomla.blocks.PlainFormat;
import org.tornadomla.files.WholeFile;
import org.tornadomla.tensor.Matrix;

/**
 * Writes a safetensors file: 8 bytes of length, a json object of that length, and the numbers of all tensors, one
 * behind the other.
 *
 * @param tensors in the order in which they are written
 * @param texts   further ones that the file carries, by their keys
 */
record ShardWriter(List<Tensor> tensors, Map<String, String> texts) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BUFFER = 1 << 20;
    /** The numbers begin on a multiple of this, as the format's own implementation has it. */
    private static final int ALIGNMENT = 8;

    /**
     * A tensor.
     *
     * @param name   its name
     * @param format of its numbers
     * @param shape  sizes, the outermost first
     * @param rows   gives the numbers when they are written, a row of the innermost size at a time
     */
    record Tensor(String name, PlainFormat format, List<Long> shape, Supplier<Matrix> rows) {

        long bytes() {
            return shape.stream().reduce((long) format.blockBytes(), Math::multiplyExact);
        }
    }

    /** A file of a model. */
    ShardWriter(List<Tensor> tensors) {
        this(tensors, Map.of());
    }

    /** Divides tensors among files of at most so many bytes, or of one tensor that is larger. */
    static List<ShardWriter> divide(List<Tensor> tensors, long most) {
        List<ShardWriter> shards = new ArrayList<>();
        List<Tensor> open = new ArrayList<>();
        long bytes = 0;
        for (Tensor tensor : tensors) {
            if (!open.isEmpty() && bytes + tensor.bytes() > most) {
                shards.add(new ShardWriter(List.copyOf(open)));
                open.clear();
                bytes = 0;
            }
            open.add(tensor);
            bytes += tensor.bytes();
        }
        shards.add(new ShardWriter(List.copyOf(open)));
        return List.copyOf(shards);
    }

    /** Bytes of all tensors. */
    long bytes() {
        return tensors.stream().mapToLong(Tensor::bytes).sum();
    }

    /**
     * Writes the file, which has its name when it is whole.
     *
     * @param done told from time to time how many bytes of tensors are written
     */
    void write(Path file, LongConsumer done) throws IOException {
        WholeFile.write(file, channel -> {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            byte[] header = header();
            out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
            out.write(header);
            EncodedRows rows = new EncodedRows(out, done);
            for (Tensor tensor : tensors) {
                rows.write(tensor.format(), tensor.rows().get());
            }
            out.flush();
        });
    }

    private byte[] header() {
        ObjectNode json = JSON.createObjectNode();
        ObjectNode metadata = json.putObject("__metadata__").put("format", "pt");
        texts.forEach(metadata::put);
        long begin = 0;
        for (Tensor tensor : tensors) {
            ObjectNode description = json.putObject(tensor.name());
            description.put("dtype", tensor.format().formatName());
            tensor.shape().forEach(description.putArray("shape")::add);
            description.putArray("data_offsets").add(begin).add(begin + tensor.bytes());
            begin += tensor.bytes();
        }
        String text = json.toString();
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return (text + " ".repeat(-length & ALIGNMENT - 1)).getBytes(StandardCharsets.UTF_8);
    }
}
