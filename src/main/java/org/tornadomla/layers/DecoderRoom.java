package org.tornadomla.layers;

import org.tornadomla.graph.StepBuffer;

/**
 * What the blocks of a decoder share.
 *
 * @param family    what computes
 * @param buffers   the residual stream, and scratch by name
 * @param attention rotary tables and scratch of latent attention
 * @param step      what changes between rounds
 */
public record DecoderRoom(KernelFamily family, DecoderBuffers buffers, AttentionRoom attention, StepBuffer step) {
}
