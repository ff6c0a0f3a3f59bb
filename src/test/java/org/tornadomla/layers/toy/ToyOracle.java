package org.tornadomla.layers.toy;

import java.util.function.Function;

import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.BlockOracle;
import org.tornadomla.reference.Operations;

/** The mathematics of the toy block: W W x. */
public final class ToyOracle implements BlockOracle<ToyBlock> {

    @Override
    public Class<ToyBlock> block() {
        return ToyBlock.class;
    }

    @Override
    public Running start(ToyBlock block, Function<String, float[]> weights, AttentionReference.Form form) {
        int width = block.width();
        float[] mix = weights.apply("mix.weight");
        return (normed, first, rows) -> Operations.matmul(Operations.matmul(normed, rows, mix, width, width, null),
                rows, mix, width, width, null);
    }
}
