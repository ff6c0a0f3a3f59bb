package org.tornadomla.training;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.Padding;

/**
 * Routed experts of a mixture.
 *
 * @param experts  number of experts
 * @param topK     experts that a token takes
 * @param inner    inner width of an expert
 * @param devices  devices that experts are divided among evenly
 * @param limit    devices that a token may use
 * @param sigmoid  scores by a sigmoid each, as DeepSeek-V3 has them; a softmax otherwise
 * @param factor   on the weights of experts; negative where the weights of a token are made to sum to its amount
 * @param capacity pairs of a token and an expert that a device has room for; 0 for any number
 */
public record MixtureShape(int experts, int topK, int inner, int devices, int limit, boolean sigmoid, double factor,
        int capacity) {

    /** Refuses numbers that do not fit each other. */
    public MixtureShape {
        require("experts", experts, 1, Integer.MAX_VALUE);
        require("inner width", inner, 1, Integer.MAX_VALUE);
        require("devices", devices, 1, experts);
        if (experts % devices != 0) {
            throw new ConfigurationException(
                    experts + " experts cannot be divided among " + devices + " devices evenly");
        }
        require("devices of a token", limit, 1, devices);
        require("experts of a token", topK, 1, limit * (experts / devices));
        require("capacity of a device", capacity, 0, Integer.MAX_VALUE);
        if (!(Math.abs(factor) > 0) || Double.isInfinite(factor)) {
            throw new ConfigurationException("factor on the weights of experts is " + factor + ", must not be 0");
        }
    }

    private static void require(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ConfigurationException(what + " is " + value + ", must be " + least + " to " + most);
        }
    }

    /** Experts of a device. */
    public int each() {
        return experts / devices;
    }

    /** Places for the rows of experts, where each expert's begin at a multiple of 16. */
    int places(int rows) {
        return Padding.toVectors(rows * topK) + experts * Padding.LANES;
    }
}
