package org.tornadomla.reference;

import java.util.function.Function;

import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.ShortcutBlock;

/** A dense feed-forward, beside which a mixture is computed, or behind which what it computed is added. */
public final class ShortcutOracle implements BlockOracle<ShortcutBlock> {

    private static final String KEPT = "mixture";

    @Override
    public Class<ShortcutBlock> block() {
        return ShortcutBlock.class;
    }

    @Override
    public Running start(ShortcutBlock block, Function<String, float[]> weights, AttentionReference.Form form) {
        throw new UnsupportedOperationException("the halves of a layer need something between them");
    }

    @Override
    public Running start(ShortcutBlock block, Function<String, float[]> weights, AttentionReference.Form form,
            Beside beside) {
        DenseBlock dense = block.dense();
        MixtureBlock mixture = block.mixture();
        return (normed, first, rows) -> {
            double[] y = FeedForward.dense(normed, rows, dense.hiddenSize(), dense.intermediate(),
                    name -> weights.apply(dense.prefix() + name));
            if (block.opens()) {
                beside.leave(KEPT,
                        FeedForward.mixture(normed, rows, mixture, name -> weights.apply(mixture.prefix() + name)));
                return y;
            }
            double[] kept = beside.take(KEPT, double[].class);
            for (int i = 0; i < y.length; i++) {
                y[i] += kept[i];
            }
            return y;
        };
    }
}
