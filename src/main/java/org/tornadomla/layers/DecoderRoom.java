package org.tornadomla.layers;

import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.Variants;

/**
 * What the blocks of a decoder share.
 *
 * @param buffers   the residual stream, and scratch by name
 * @param attention rotary tables and scratch of latent attention
 * @param step      what changes between rounds
 * @param variants  which kernels compute
 */
public record DecoderRoom(DecoderBuffers buffers, AttentionBuffers attention, StepBuffer step, Variants variants) {
}
