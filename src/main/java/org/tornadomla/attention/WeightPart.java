package org.tornadomla.attention;

import org.tornadomla.training.Parameter;

/**
 * A weight of a tape as a part of a published one.
 *
 * @param parameter the weight
 * @param first     its first number there
 */
record WeightPart(Parameter parameter, int first) {

    /** Copies the part's numbers out of all. */
    float[] of(float[] all) {
        float[] part = new float[parameter.size()];
        System.arraycopy(all, first, part, 0, part.length);
        return part;
    }

    /** Copies the part's numbers into all. */
    void into(float[] all, float[] part) {
        System.arraycopy(part, 0, all, first, part.length);
    }
}
