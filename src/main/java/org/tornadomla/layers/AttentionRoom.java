package org.tornadomla.layers;

import java.util.Map;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What the attention layers of a plan share: rotary tables and scratch, as a kernel family keeps them. */
public interface AttentionRoom {

    /** The additive masks of the ways of attending that the plan has. */
    Map<Attending, FloatArray> masks();

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
}
