package org.tornadomla.config;

import java.util.stream.Stream;

/**
 * One of the two feed-forwards of a layer in which a mixture runs beside the second half (LongCat-Flash): the mixture
 * reads what the first dense feed-forward reads, and its result is added with that of the second.
 *
 * @param dense   feed-forward that every token passes; its norm is the block's
 * @param mixture experts beside it
 * @param opens   whether the block computes the mixture and keeps its result, and not adds what was kept
 */
public record ShortcutBlock(DenseBlock dense, MixtureBlock mixture, boolean opens) implements Block {

    @Override
    public String norm() {
        return dense.norm();
    }

    @Override
    public String prefix() {
        return "";
    }

    @Override
    public Stream<Block> parts() {
        return opens ? Stream.of(this, dense, mixture) : Stream.of(this, dense);
    }

    @Override
    public void weights(WeightList list) {
        dense.weights(list.under(dense.prefix()));
        if (opens) {
            mixture.weights(list.under(mixture.prefix()));
        }
    }
}
