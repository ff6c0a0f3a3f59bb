package org.tornadomla.layers;

import java.util.Optional;

import org.tornadomla.graph.StepBuffer;

/**
 * What the blocks of a decoder share.
 *
 * @param family    what computes
 * @param buffers   the residual stream, and scratch by name
 * @param attention rotary tables and scratch of latent attention
 * @param step      what changes between rounds
 * @param loads     counts choices of experts, where that is wanted
 */
public record DecoderRoom(KernelFamily family, DecoderBuffers buffers, AttentionRoom attention, StepBuffer step,
        Optional<ExpertLoads> loads) {

    /** A room in which nobody counts. */
    public DecoderRoom(KernelFamily family, DecoderBuffers buffers, AttentionRoom attention, StepBuffer step) {
        this(family, buffers, attention, step, Optional.empty());
    }
}
