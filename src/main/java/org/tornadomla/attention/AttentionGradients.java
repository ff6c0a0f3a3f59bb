package org.tornadomla.attention;

import java.util.Map;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ShapeException;

/**
 * Gradients of what {@link AttentionTape#forward} computed.
 *
 * @param x       [batch, tokens, hidden]; zeros behind a row's length
 * @param context [batch, context tokens, hidden]; empty for self-attention, where x has both
 * @param weights of every weight by its checkpoint name without prefix, as {@code "kv_b_proj.weight"}, in the order of
 *                    the published numbers
 */
@PublicApi
public record AttentionGradients(float[] x, float[] context, Map<String, float[]> weights) {

    /** Keeps the weights in an order of its own. */
    public AttentionGradients {
        weights = Map.copyOf(weights);
    }

    /**
     * The gradient of a weight.
     *
     * @throws ShapeException when the layer has no weight of that name
     */
    public float[] weight(String name) {
        float[] gradient = weights.get(name);
        if (gradient == null) {
            throw new ShapeException(
                    "the layer has no weight " + name + "; it has " + weights.keySet().stream().sorted().toList());
        }
        return gradient;
    }
}
