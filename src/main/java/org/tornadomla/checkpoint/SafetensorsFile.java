package org.tornadomla.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.tornadomla.config.Shortened;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Codec;

/** One safetensors file, mapped into memory: nothing is read before it is asked for, and nothing is kept of it. */
public final class SafetensorsFile implements AutoCloseable {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Bytes of the mapping that are read before its pages are given back. */
    private static final long HELD = 32L << 20;

    private final Path file;
    private final SafetensorsHeader header;
    private final Arena arena;
    private final MemorySegment data;
    private final AtomicLong read = new AtomicLong();
    private final Map<String, TensorInfo> parts = new HashMap<>();

    private SafetensorsFile(Path file, SafetensorsHeader header, Arena arena, MemorySegment data) {
        this.file = file;
        this.header = header;
        this.arena = arena;
        this.data = data;
        header.tensors().values().forEach(tensor -> parts.putAll(FusedExperts.apart(tensor)));
    }

    /**
     * Checks and maps a file.
     *
     * @param file the file
     * @return the file, to be closed
     * @throws CheckpointException when it cannot be read or its header does not fit it
     */
    public static SafetensorsFile open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            SafetensorsHeader header = SafetensorsHeader.read(file, channel);
            Arena arena = Arena.ofShared();
            try {
                long start = header.dataStart();
                MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, start, channel.size() - start, arena);
                return new SafetensorsFile(file, header, arena, data);
            } catch (IOException | RuntimeException e) {
                arena.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CheckpointException("Cannot read " + file + ": " + e, e);
        }
    }

    /**
     * Names of the file's tensors, in the order of their data.
     *
     * @return names
     */
    public Set<String> names() {
        return header.tensors().keySet();
    }

    /**
     * Names of the weights that a tensor holds: its own, or those of the experts that are fused in it. Each has a
     * description and can be read.
     *
     * @param name name of a tensor
     * @return names, in the order of their data
     */
    Set<String> parts(String name) {
        return FusedExperts.apart(info(name)).keySet();
    }

    /**
     * Texts the file carries.
     *
     * @return key to text
     */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * A tensor's description.
     *
     * @param name its name
     * @return format, shape and place
     * @throws CheckpointException when the file has no such tensor
     */
    public TensorInfo info(String name) {
        TensorInfo info = header.tensors().getOrDefault(name, parts.get(name));
        if (info == null) {
            throw new CheckpointException(file + " has no tensor " + name);
        }
        return info;
    }

    /**
     * A tensor's bytes as stored, little-endian. Valid until this file is closed.
     *
     * @param name its name
     * @return read-only view of the mapping
     * @throws CheckpointException when the file has no such tensor
     */
    public MemorySegment bytes(String name) {
        TensorInfo info = info(name);
        return data.asSlice(info.begin(), info.bytes());
    }

    /**
     * Reads whole rows as floats, without a block scale.
     *
     * @param name     the tensor's name
     * @param firstRow first row
     * @param rows     number of rows
     * @param target   Modified: takes [rows, width]
     * @param at       index of the first number in the target
     * @throws CheckpointException when the file has no such tensor, it holds no floating numbers, or the rows are not
     *                                 in it
     */
    public void readRows(String name, long firstRow, int rows, float[] target, int at) {
        TensorInfo info = info(name);
        if (!info.dtype().isFloating()) {
            throw new CheckpointException(file + ": tensor " + name + " has dtype " + Shortened.text(info.stored())
                    + ", expected a floating one");
        }
        if (firstRow < 0 || rows < 0 || firstRow > info.rows() - rows) {
            throw new CheckpointException(file + ": " + rows + " rows from row " + firstRow + " of tensor " + name
                    + ", which has " + info.rows());
        }
        int count = Math.toIntExact(rows * info.width());
        long from = info.begin() + firstRow * info.width() * info.dtype().bytes();
        Codec.decode(info.dtype(), data, from, target, at, count);
        release((long) count * info.dtype().bytes());
    }

    /** Copies one row as it is stored. */
    byte[] row(TensorInfo info, int row) {
        byte[] bytes = new byte[Math.toIntExact(info.width() * info.dtype().bytes())];
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, info.begin() + (long) row * bytes.length, bytes, 0,
                bytes.length);
        release(bytes.length);
        return bytes;
    }

    /** A floating number of a tensor. */
    float number(TensorInfo info, long index) {
        float[] number = new float[1];
        Codec.decode(info.dtype(), data, info.begin() + index * info.dtype().bytes(), number, 0, 1);
        return number[0];
    }

    /** A whole number of 32 bits of a tensor. */
    int integer(TensorInfo info, long index) {
        return data.get(INT, info.begin() + index * Integer.BYTES);
    }

    /** A column of a matrix of whole numbers of 32 bits. */
    int[] column(TensorInfo info, int column) {
        int[] numbers = new int[Math.toIntExact(info.rows())];
        for (int row = 0; row < numbers.length; row++) {
            numbers[row] = integer(info, row * info.width() + column);
        }
        release((long) numbers.length * Integer.BYTES);
        return numbers;
    }

    /**
     * Gives the pages of the mapping back from time to time, so that a file that was read is not held beside what was
     * made of it.
     */
    private void release(long bytes) {
        if (read.addAndGet(bytes) >= HELD) {
            read.set(0);
            data.unload();
        }
    }

    /**
     * Reads a tensor of floating numbers as it is stored.
     *
     * @param name its name
     * @return shape and numbers
     * @throws CheckpointException when the file has no such tensor or it holds no floating numbers
     */
    public TensorData read(String name) {
        TensorInfo info = info(name);
        float[] values = new float[arrayLength(info)];
        readRows(name, 0, Math.toIntExact(info.rows()), values, 0);
        return new TensorData(info.shape(), values);
    }

    /**
     * Reads a tensor of whole numbers of 32 or 64 bits.
     *
     * @param name its name
     * @return numbers in row-major order
     * @throws CheckpointException when the file has no such tensor, it has another format, or a number takes more than
     *                                 32 bits
     */
    public int[] readIntegers(String name) {
        TensorInfo info = info(name);
        int[] values = new int[arrayLength(info)];
        switch (info.dtype()) {
            case I32 -> MemorySegment.copy(data, INT, info.begin(), values, 0, values.length);
            case I64 -> {
                for (int i = 0; i < values.length; i++) {
                    long value = data.get(LONG, info.begin() + (long) i * Long.BYTES);
                    if (value != (int) value) {
                        throw new CheckpointException(
                                file + ": tensor " + name + " holds " + value + ", more than 32 bits");
                    }
                    values[i] = (int) value;
                }
            }
            default -> throw new CheckpointException(
                    file + ": tensor " + name + " has dtype " + info.dtype() + ", expected I32 or I64");
        }
        return values;
    }

    private int arrayLength(TensorInfo info) {
        if (info.count() > Integer.MAX_VALUE - 8) {
            throw new CheckpointException(file + ": tensor " + info.name() + " has " + info.count()
                    + " numbers, more than an array holds; read it by rows");
        }
        return (int) info.count();
    }

    /** Unmaps the file; what {@link #bytes} gave must not be touched any more. */
    @Override
    public void close() {
        arena.close();
    }
}
