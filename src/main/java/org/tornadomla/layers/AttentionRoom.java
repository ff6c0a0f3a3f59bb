package org.tornadomla.layers;

import java.util.Map;
import java.util.Optional;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What the attention layers of a plan share: rotary tables and scratch, as a kernel family keeps them. */
public interface AttentionRoom {

    /** The additive masks of the ways of attending that the plan has. */
    Map<Attending, FloatArray> masks();

    /** Parts of a query's heads that attend to the latents apart from each other, each to all keys. */
    default int slices() {
        return 1;
    }

    /**
     * Adds steps that give a graph a hold on what later graphs share.
     *
     * @param values where attention leaves what it found
     */
    void claim(StepList steps, StepBuffer step, Rows values);

    /**
     * The steps of a layer.
     *
     * @param shape   its sizes: those of the others, though factors may differ
     * @param weights packed by the same family
     * @param pool    the layer's latent pool
     */
    AttentionSteps layer(AttentionShape shape, PackedAttention weights, StepBuffer step, LayerPool pool);

    /**
     * The steps of a layer with sparse attention.
     *
     * @param index the layer's own indexer, with the pool of its keys; empty where the layer takes what one before it
     *                  chose
     */
    AttentionSteps sparse(AttentionShape shape, PackedAttention weights, StepBuffer step, LayerPool pool,
            Optional<OwnIndex> index);

    /**
     * An indexer of a layer.
     *
     * @param weights packed by the same family
     * @param pool    of its keys
     */
    record OwnIndex(PackedIndex weights, LayerPool pool) {
    }
}
