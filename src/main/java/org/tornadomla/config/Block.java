package org.tornadomla.config;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * A part of a layer. It reads the residual stream through a norm of its own and adds what it computes: x + f(norm(x)).
 * What it computes is known to one class a room: a {@code BlockKind} packs and runs it on a device, a
 * {@code BlockOracle} computes it in float64.
 */
public interface Block {

    /**
     * Name of the norm's weight behind the layer's prefix.
     *
     * @return a name, as {@code "input_layernorm.weight"}
     */
    String norm();

    /**
     * Name of the weight of a norm on what the block computed, before that is added, behind the layer's prefix.
     *
     * @return a name; empty for a block whose result is added as it is
     */
    default Optional<String> normBehind() {
        return Optional.empty();
    }

    /**
     * What the names of the block's own weights start with, behind the layer's prefix.
     *
     * @return a prefix, as {@code "self_attn."}
     */
    String prefix();

    /**
     * Adds the weights of the block, without its norm.
     *
     * @param list takes names without prefix
     */
    void weights(WeightList list);

    /**
     * The block, and the blocks that it is made of where it is made of some.
     *
     * @return at least the block itself
     */
    default Stream<Block> parts() {
        return Stream.of(this);
    }

    /**
     * Pools of the latent cache that the block writes and reads.
     *
     * @return 0 for a block that remembers nothing
     */
    default int pools() {
        return 0;
    }

    /**
     * Pools of the keys of an indexer that the block writes and reads.
     *
     * @return 0 for a block without an indexer
     */
    default int indexPools() {
        return 0;
    }
}
