package org.tornadomla.training;

import org.tornadomla.tensor.Padding;

/**
 * Heads of attention.
 *
 * @param heads     number of heads
 * @param content   floats of a query or key that are not turned
 * @param rope      floats that are turned, shared by the keys of all heads; 0 without
 * @param value     floats of a value
 * @param scale     on scores
 * @param sequences sequences; rows of queries and of keys are divided among them evenly
 */
public record AttentionHeads(int heads, int content, int rope, int value, double scale, int sequences) {

    /** Vectors of a content. */
    public int contentVectors() {
        return Padding.vectors(content);
    }

    /** Vectors of a rotary part; 0 without. */
    public int ropeVectors() {
        return Padding.vectors(rope);
    }

    /** Vectors of a value. */
    public int valueVectors() {
        return Padding.vectors(value);
    }

    /** Columns of query rows. */
    public Places queries() {
        return rope == 0 ? Places.parts(heads, content) : Places.parts(heads, content, rope);
    }

    /** Columns of key rows: content and value of each head. */
    public Places keys() {
        return Places.parts(heads, content, value);
    }

    /** Columns of what heads attended to. */
    public Places values() {
        return Places.parts(heads, value);
    }
}
