package org.tornadomla.config;

import java.util.List;

import org.tornadomla.error.ConfigurationException;

/**
 * A weight that a model has.
 *
 * @param name  checkpoint name
 * @param part  what it is for
 * @param shape [out, in], or [width] of a vector
 */
public record Weight(String name, WeightPart part, List<Long> shape) {

    /**
     * Number of parameters.
     *
     * @return product of the shape
     * @throws ConfigurationException when 64 bits do not hold it
     */
    public long count() {
        try {
            return shape.stream().reduce(1L, Math::multiplyExact);
        } catch (ArithmeticException e) {
            throw new ConfigurationException(name + " would have the shape " + shape + ", which 64 bits cannot count",
                    e);
        }
    }
}
