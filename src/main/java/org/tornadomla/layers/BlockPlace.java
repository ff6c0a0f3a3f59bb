package org.tornadomla.layers;

import java.util.List;
import java.util.Optional;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.weights.Rows;

/**
 * Where a block stands in a model.
 *
 * @param label  of graphs and, behind an l, of buffers: the layer's index, and for a second block of the same kind in a
 *                   layer its number too
 * @param again  how many blocks of the kind stand in the open graph before it
 * @param pools  the pools of the latent cache that are the block's own
 * @param x      what the block computes from: a norm of the residual stream
 * @param behind a norm on what the block computes, where there is one
 */
public record BlockPlace(String label, int again, List<LayerPool> pools, Rows x, Optional<Behind> behind) {

    /**
     * A norm on what a block computed, before it is added.
     *
     * @param weight of the norm, as the kernel family keeps it
     * @param eps    added to the mean square
     */
    public record Behind(Object weight, float eps) {
    }

    /** The place of a block whose result is added as it is. */
    public BlockPlace(String label, int again, List<LayerPool> pools, Rows x) {
        this(label, again, pools, x, Optional.empty());
    }

    /** The name of a step: names are unique in a graph, and a graph may hold blocks of several layers. */
    public String step(String name) {
        return step(again, name);
    }

    static String step(int again, String name) {
        return again == 0 ? name : name + "_" + again;
    }
}
