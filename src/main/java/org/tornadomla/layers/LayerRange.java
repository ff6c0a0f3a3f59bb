package org.tornadomla.layers;

import org.tornadomla.error.ConfigurationException;

/**
 * Layers of a model that follow each other and are computed by one device.
 *
 * @param from first layer
 * @param to   one past the last layer
 * @param all  layers of the model
 */
public record LayerRange(int from, int to, int all) {

    public LayerRange {
        if (from < 0 || to <= from || to > all) {
            throw new ConfigurationException(
                    "layers from " + from + " to " + to + " are no part of a model of " + all + " layers");
        }
    }

    /** All layers of a model. */
    public static LayerRange whole(int layers) {
        return new LayerRange(0, layers, layers);
    }

    /** Whether tokens come in as ids, and not as what the layers before left. */
    public boolean isFirst() {
        return from == 0;
    }

    /** Whether the final norm and the head stand behind these layers. */
    public boolean isLast() {
        return to == all;
    }

    /** Whether a layer is one of these. */
    boolean contains(int layer) {
        return from <= layer && layer < to;
    }

    @Override
    public String toString() {
        return to - from == 1 ? "layer " + from : "layers " + from + " to " + (to - 1);
    }
}
