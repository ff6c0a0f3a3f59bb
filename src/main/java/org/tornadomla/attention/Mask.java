package org.tornadomla.attention;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ShapeException;
import org.tornadomla.kernels.Softmax;

/**
 * An additive mask on attention scores. A value of -1e30 or less, negative infinity included, hides the key.
 *
 * @param batch   1, or the batch's rows
 * @param heads   1, or the layer's heads
 * @param queries tokens that ask
 * @param keys    keys of the longest row, those in the cache included; key t is at position t of the sequence
 * @param values  [batch, heads, queries, keys] floats, not copied
 */
@PublicApi
public record Mask(int batch, int heads, int queries, int keys, float[] values) {

    /** The most negative score that is still a number for every device. */
    static final float LOWEST = Softmax.HIDDEN;

    /**
     * Checks sizes and values.
     *
     * @throws ShapeException when the values do not have the shape, or one is NaN or positive infinity
     */
    public Mask {
        long size = (long) batch * heads * queries * keys;
        if (batch < 1 || heads < 1 || queries < 1 || keys < 1 || values == null || values.length != size) {
            throw new ShapeException("mask of [" + batch + ", " + heads + ", " + queries + ", " + keys + "] needs "
                    + size + " values, got " + (values == null ? "none" : values.length));
        }
        for (int i = 0; i < values.length; i++) {
            if (Float.isNaN(values[i]) || values[i] == Float.POSITIVE_INFINITY) {
                throw new ShapeException(
                        "mask value " + i + " is " + values[i] + ", must be finite or negative infinity");
            }
        }
    }

    /** The value at a place, with infinity replaced by the lowest number. */
    float finite(int index) {
        return Math.max(values[index], LOWEST);
    }
}
