package org.tornadomla.layers;

import org.tornadomla.graph.Buffers;

/** The weights of an attention layer, as a kernel family keeps them. */
public interface PackedAttention {

    /** Registers the arrays under names with a prefix. */
    void register(Buffers buffers, String prefix);
}
