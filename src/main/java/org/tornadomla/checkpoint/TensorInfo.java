package org.tornadomla.checkpoint;

import java.nio.file.Path;
import java.util.List;
import org.tornadomla.tensor.Dtype;

/**
 * A tensor of a safetensors file.
 *
 * @param name   checkpoint name
 * @param dtype  number format
 * @param stored its name in the file
 * @param shape  sizes, the outermost first; empty for a single number
 * @param file   file that holds it
 * @param begin  first byte, counted from the file's data section
 * @param end    byte behind the last one
 */
public record TensorInfo(String name, Dtype dtype, String stored, List<Long> shape, Path file, long begin, long end) {

    /**
     * Number of rows: the outermost size, 1 for a single number.
     *
     * @return rows
     */
    public long rows() {
        return shape.isEmpty() ? 1 : shape.getFirst();
    }

    /**
     * Numbers a row.
     *
     * @return product of all sizes but the outermost; 1 for vectors and single numbers
     */
    public long width() {
        long width = 1;
        for (int axis = 1; axis < shape.size(); axis++) {
            width *= shape.get(axis);
        }
        return width;
    }

    /**
     * Number of numbers.
     *
     * @return rows times width
     */
    public long count() {
        return rows() * width();
    }

    /**
     * Size in the file.
     *
     * @return bytes
     */
    public long bytes() {
        return end - begin;
    }
}
