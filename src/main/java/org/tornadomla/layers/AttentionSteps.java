package org.tornadomla.layers;

import java.util.List;

import org.tornadomla.graph.Step;
import org.tornadomla.weights.Rows;

/**
 * The steps of an attention layer: {@code project} takes tokens to queries and writes their latents to the pool,
 * {@code attend} reads the pool in one of two ways with the same result, {@code output} projects what it found.
 */
public interface AttentionSteps {

    /**
     * Projections, rotation of the new keys, and the write into the pool.
     *
     * @param x [T, hidden] rows that products read
     */
    List<Step> project(Rows x);

    /**
     * Attention.
     *
     * @param values [T, heads v] rows that products read: what attention finds
     */
    List<Step> attend(Attending way, Rows values);

    /**
     * The output projection.
     *
     * @param values what attention found
     * @param y      [T, hidden] rows that products write
     * @param added  whether the result is added to y
     */
    List<Step> output(Rows values, Rows y, boolean added);
}
