package org.tornadomla.mixture;

import java.util.SplittableRandom;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ShapeException;

/**
 * Weights of a mixture, or gradients of them. Routed experts come first, shared ones after them.
 *
 * @param router [experts, hidden]
 * @param gate   [experts + shared, inner, hidden]
 * @param up     [experts + shared, inner, hidden]
 * @param down   [experts + shared, hidden, inner]
 */
@PublicApi
public record MixtureWeights(float[] router, float[] gate, float[] up, float[] down) {

    /** Random weights, uniform within one over the root of the inputs; the same for the same seed. */
    public static MixtureWeights random(MixtureConfig config, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int all = (config.experts() + config.shared()) * config.inner() * config.hidden();
        return new MixtureWeights(uniform(random, config.experts() * config.hidden(), config.hidden()),
                uniform(random, all, config.hidden()), uniform(random, all, config.hidden()),
                uniform(random, all, config.inner()));
    }

    private static float[] uniform(SplittableRandom random, int count, int inputs) {
        float[] values = new float[count];
        float bound = (float) (1 / Math.sqrt(inputs));
        for (int i = 0; i < count; i++) {
            values[i] = (2 * random.nextFloat() - 1) * bound;
        }
        return values;
    }

    /** Refuses weights of other lengths than the configuration's. */
    void check(MixtureConfig config) {
        int all = (config.experts() + config.shared()) * config.inner() * config.hidden();
        require("router", router, config.experts() * config.hidden());
        require("gate", gate, all);
        require("up", up, all);
        require("down", down, all);
    }

    private static void require(String name, float[] values, int length) {
        if (values.length != length) {
            throw new ShapeException(name + " has " + values.length + " numbers, must have " + length);
        }
    }
}
