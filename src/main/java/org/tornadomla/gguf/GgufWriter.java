package org.tornadomla.gguf;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.tornadomla.blocks.BlockEncoder;
import org.tornadomla.blocks.EncodedRows;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.files.WholeFile;
import org.tornadomla.tensor.Matrix;

/**
 * Writes a GGUF file of version 3, tensor by tensor. No file of its name is ever incomplete, however the program ends,
 * see {@link WholeFile}.
 */
final class GgufWriter {

    private static final int MAGIC = 0x46554747;
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int BUFFER = 1 << 20;

    private final List<byte[]> values = new ArrayList<>();
    private final List<Tensor> tensors = new ArrayList<>();

    /**
     * A tensor to be written.
     *
     * @param name   its name
     * @param format how its numbers are stored
     * @param shape  sizes, the outermost first
     * @param slices matrices that follow each other, rows of the innermost size; each is opened when it is written
     */
    record Tensor(String name, BlockEncoder format, List<Long> shape, List<Supplier<Matrix>> slices) {

        long bytes() {
            return format.bytes(shape.stream().reduce(1L, Math::multiplyExact));
        }
    }

    void text(String key, String value) {
        value(key, ValueType.STRING, string(value));
    }

    void integer(String key, int value) {
        value(key, ValueType.UINT32, buffer(Integer.BYTES).putInt(value).array());
    }

    void number(String key, double value) {
        value(key, ValueType.FLOAT32, buffer(Float.BYTES).putFloat((float) value).array());
    }

    void flag(String key, boolean value) {
        value(key, ValueType.BOOL, new byte[]{(byte) (value ? 1 : 0)});
    }

    void texts(String key, List<String> elements) {
        array(key, ValueType.STRING, elements.stream().map(GgufWriter::string).toList());
    }

    void integers(String key, int[] elements) {
        ByteBuffer bytes = buffer(elements.length * Integer.BYTES);
        for (int element : elements) {
            bytes.putInt(element);
        }
        value(key, ValueType.ARRAY,
                buffer(Integer.BYTES + Long.BYTES).putInt(ValueType.INT32.number()).putLong(elements.length).array(),
                bytes.array());
    }

    private void array(String key, ValueType type, List<byte[]> elements) {
        byte[] start = buffer(Integer.BYTES + Long.BYTES).putInt(type.number()).putLong(elements.size()).array();
        List<byte[]> parts = new ArrayList<>(elements);
        parts.addFirst(start);
        value(key, ValueType.ARRAY, parts.toArray(byte[][]::new));
    }

    private void value(String key, ValueType type, byte[]... parts) {
        values.add(concat(concat(string(key), buffer(Integer.BYTES).putInt(type.number()).array()), concat(parts)));
    }

    void tensor(Tensor tensor) {
        tensors.add(tensor);
    }

    /** Bytes of all tensors. */
    long tensorBytes() {
        return tensors.stream().mapToLong(Tensor::bytes).sum();
    }

    /**
     * Writes the file.
     *
     * @param target its name; an existing file is replaced when the new one is complete
     * @param done   told from time to time how many bytes of tensors are written
     * @throws CheckpointException when it cannot be written; nothing of it is left then
     */
    void write(Path target, LongConsumer done) {
        try {
            WholeFile.write(target, channel -> {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
                writeHeader(out);
                writeTensors(out, done);
                out.flush();
            });
        } catch (IOException e) {
            throw new CheckpointException("cannot write " + target + ": " + e, e);
        }
    }

    private void writeHeader(OutputStream out) throws IOException {
        DataOutputStream counted = new DataOutputStream(out);
        counted.write(buffer(2 * Integer.BYTES + 2 * Long.BYTES).putInt(MAGIC).putInt(VERSION).putLong(tensors.size())
                .putLong(values.size()).array());
        for (byte[] value : values) {
            counted.write(value);
        }
        long offset = 0;
        for (Tensor tensor : tensors) {
            List<Long> shape = tensor.shape().reversed();
            counted.write(string(tensor.name()));
            ByteBuffer rest = buffer(2 * Integer.BYTES + (shape.size() + 1) * Long.BYTES).putInt(shape.size());
            shape.forEach(rest::putLong);
            int type = TensorType.valueOf(tensor.format().formatName()).number();
            counted.write(rest.putInt(type).putLong(offset).array());
            offset += tensor.bytes() + padding(tensor.bytes());
        }
        counted.write(new byte[padding(counted.size())]);
    }

    private void writeTensors(OutputStream out, LongConsumer done) throws IOException {
        EncodedRows rows = new EncodedRows(out, done);
        for (Tensor tensor : tensors) {
            for (Supplier<Matrix> slice : tensor.slices()) {
                rows.write(tensor.format(), slice.get());
            }
            out.write(new byte[padding(tensor.bytes())]);
        }
    }

    private static int padding(long bytes) {
        return (int) (Math.ceilDiv(bytes, (long) ALIGNMENT) * ALIGNMENT - bytes);
    }

    private static byte[] string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return buffer(Long.BYTES + bytes.length).putLong(bytes.length).put(bytes).array();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer whole = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            whole.put(part);
        }
        return whole.array();
    }
}
