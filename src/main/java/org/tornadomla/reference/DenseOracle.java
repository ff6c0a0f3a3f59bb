package org.tornadomla.reference;

import java.util.function.Function;

import org.tornadomla.config.DenseBlock;

/** A gated feed-forward. */
public final class DenseOracle implements BlockOracle<DenseBlock> {

    @Override
    public Class<DenseBlock> block() {
        return DenseBlock.class;
    }

    @Override
    public Running start(DenseBlock block, Function<String, float[]> weights, AttentionReference.Form form) {
        return (normed, first, rows) -> FeedForward.dense(normed, rows, block.hiddenSize(), block.intermediate(),
                weights);
    }
}
