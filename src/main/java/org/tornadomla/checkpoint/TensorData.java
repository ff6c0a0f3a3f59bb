package org.tornadomla.checkpoint;

import java.util.List;
import org.tornadomla.error.ShapeException;

/**
 * A tensor in memory.
 *
 * @param shape  sizes, the outermost first
 * @param values numbers in row-major order
 */
public record TensorData(List<Long> shape, float[] values) {

    /**
     * Checks the number of values.
     *
     * @throws ShapeException when the shape takes another number
     */
    public TensorData {
        long count = shape.stream().reduce(1L, Math::multiplyExact);
        if (count != values.length) {
            throw new ShapeException("shape " + shape + " takes " + count + " numbers, given " + values.length);
        }
        shape = List.copyOf(shape);
    }

    /**
     * One size.
     *
     * @param axis which, from 0
     * @return the size
     */
    public int size(int axis) {
        return Math.toIntExact(shape.get(axis));
    }
}
