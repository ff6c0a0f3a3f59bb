package org.tornadomla.layers;

import org.tornadomla.graph.Buffers;

/** The weights of a sparse attention's indexer, as a kernel family keeps them. */
public interface PackedIndex {

    /** Registers the arrays under names with a prefix. */
    void register(Buffers buffers, String prefix);
}
