package org.tornadomla.gguf;

import java.util.List;
import org.tornadomla.blocks.BlockFormat;

/**
 * A tensor of a GGUF file.
 *
 * @param name   its name
 * @param format how its numbers are stored
 * @param shape  sizes, the outermost first (the file has them the other way round)
 * @param file   the file that holds it
 * @param offset first byte, counted from the file's data section
 * @param bytes  how many bytes it has
 */
public record GgufTensor(String name, BlockFormat format, List<Long> shape, GgufFile file, long offset, long bytes) {

    /** Numbers a row: the innermost size. */
    public long width() {
        return shape.getLast();
    }

    /** Number of rows: the product of all sizes but the innermost. */
    public long rows() {
        return count() / width();
    }

    /** Number of numbers. */
    public long count() {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        return count;
    }

    /**
     * Reads the tensor.
     *
     * @return numbers in row-major order
     * @throws org.tornadomla.error.CheckpointException when it does not fit an array
     */
    public float[] read() {
        if (count() > Integer.MAX_VALUE - 8) {
            throw file.metadata()
                    .bad("tensor " + name + " has " + count() + " numbers, more than an array holds; read it by rows");
        }
        float[] values = new float[(int) count()];
        read(0, Math.toIntExact(rows()), values, 0);
        return values;
    }

    /** Reads some rows, counted through all outer sizes, as numbers. */
    void read(long firstRow, int rows, float[] target, int at) {
        file.read(this, firstRow, rows, target, at);
    }
}
