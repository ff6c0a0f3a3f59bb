package org.tornadomla.layers;

import java.util.List;

import org.tornadomla.cache.LayerPool;

/**
 * Where a block stands in a model.
 *
 * @param label of graphs and, behind an l, of buffers: the layer's index, and for a second block of the same kind in a
 *                  layer its number too
 * @param again how many blocks of the kind stand in the open graph before it
 * @param pools the pools of the latent cache that are the block's own
 */
public record BlockPlace(String label, int again, List<LayerPool> pools) {

    /** The name of a step: names are unique in a graph, and a graph may hold blocks of several layers. */
    public String step(String name) {
        return again == 0 ? name : name + "_" + again;
    }
}
