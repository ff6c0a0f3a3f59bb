package org.tornadomla.layers;

import org.tornadomla.graph.Buffers;

/** A block with its weights in the kernels' layouts. */
public interface PackedBlock {

    /** Registers the arrays under names with a prefix. */
    void register(Buffers buffers, String prefix);

    /**
     * Adds the steps that compute the block from {@link BlockPlace#x()} and add the result to
     * {@link DecoderBuffers#x()}.
     *
     * @param place which block of the model this is
     * @param room  what all blocks share
     * @param cycle takes the steps, and graphs of which a round runs one
     */
    void steps(BlockPlace place, DecoderRoom room, CycleBuilder cycle);
}
