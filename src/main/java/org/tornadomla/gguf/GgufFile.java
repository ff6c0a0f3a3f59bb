package org.tornadomla.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.tornadomla.error.CheckpointException;

/** One GGUF file, mapped into memory: no number is read before it is asked for, and none is kept. */
public final class GgufFile implements AutoCloseable {

    /** Bytes of the mapping that are read before its pages are given back. */
    private static final long HELD = 32L << 20;

    private final Path file;
    private final GgufMetadata metadata;
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    private final Arena arena;
    private final MemorySegment data;
    private final AtomicLong read = new AtomicLong();

    private GgufFile(Path file, GgufHeader header, Arena arena, MemorySegment bytes) {
        this.file = file;
        this.metadata = header.metadata();
        this.arena = arena;
        this.data = bytes.asSlice(Math.min(header.dataStart(), bytes.byteSize()));
        header.tensors().forEach(entry -> tensors.put(entry.name(),
                new GgufTensor(entry.name(), entry.format(), entry.shape(), this, entry.offset(), entry.bytes())));
    }

    /**
     * Maps a file and checks its header.
     *
     * @param file the file
     * @return the file, to be closed
     * @throws CheckpointException when it cannot be read, is no GGUF file of version 2 or 3, or does not hold what its
     *                                 header says
     */
    public static GgufFile open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Arena arena = Arena.ofShared();
            try {
                MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
                return new GgufFile(file, GgufHeader.read(file, bytes), arena, bytes);
            } catch (IOException | RuntimeException e) {
                arena.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CheckpointException("Cannot read " + file + ": " + e, e);
        }
    }

    /** Where it is. */
    public Path path() {
        return file;
    }

    /** Its metadata. */
    public GgufMetadata metadata() {
        return metadata;
    }

    /** Its tensors by name, in the order of their data. */
    public Map<String, GgufTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    void read(GgufTensor tensor, long firstRow, int rows, float[] target, int at) {
        if (firstRow < 0 || rows < 0 || firstRow > tensor.rows() - rows) {
            throw new CheckpointException(file + ": " + rows + " rows from row " + firstRow + " of tensor "
                    + tensor.name() + ", which has " + tensor.rows());
        }
        int count = Math.toIntExact(rows * tensor.width());
        long from = tensor.offset() + tensor.format().bytes(firstRow * tensor.width());
        tensor.format().decode(data, from, target, at, count);
        release(tensor.format().bytes(count));
    }

    /** Copies one row as it is stored; rows are whole blocks. */
    byte[] bytes(GgufTensor tensor, long row) {
        Objects.checkIndex(row, tensor.rows());
        byte[] bytes = new byte[Math.toIntExact(tensor.format().bytes(tensor.width()))];
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, tensor.offset() + row * bytes.length, bytes, 0, bytes.length);
        release(bytes.length);
        return bytes;
    }

    /** Gives the pages back from time to time, so that a file that was read is not held beside what was made of it. */
    private void release(long bytes) {
        if (read.addAndGet(bytes) >= HELD) {
            read.set(0);
            data.unload();
        }
    }

    /** Unmaps the file. */
    @Override
    public void close() {
        arena.close();
    }
}
