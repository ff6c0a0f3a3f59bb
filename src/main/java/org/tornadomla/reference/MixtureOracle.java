package org.tornadomla.reference;

import java.util.function.Function;

import org.tornadomla.config.MixtureBlock;

/** A mixture of experts. */
public final class MixtureOracle implements BlockOracle<MixtureBlock> {

    @Override
    public Class<MixtureBlock> block() {
        return MixtureBlock.class;
    }

    @Override
    public Running start(MixtureBlock block, Function<String, float[]> weights, AttentionReference.Form form) {
        return (normed, first, rows) -> FeedForward.mixture(normed, rows, block, weights);
    }
}
