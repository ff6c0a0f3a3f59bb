package org.tornadomla.reference;

import java.util.function.Function;
import java.util.stream.IntStream;

import org.tornadomla.config.AttentionBlock;

/** Latent attention on one sequence, which keeps the rows of what it has seen. */
public final class AttentionOracle implements BlockOracle<AttentionBlock> {

    @Override
    public Class<AttentionBlock> block() {
        return AttentionBlock.class;
    }

    @Override
    public Running start(AttentionBlock block, Function<String, float[]> weights, AttentionReference.Form form) {
        AttentionReference reference = new AttentionReference(block.config(),
                MlaReferenceWeights.of(block.config(), weights));
        return new Running() {

            private LatentRows cache = LatentRows.NONE;

            @Override
            public double[] next(double[] normed, int first, int rows) {
                int[] positions = IntStream.range(first, first + rows).toArray();
                cache = cache.append(reference.project(normed, positions));
                return reference.attend(normed, positions, cache, ScoreMask.causal(first), form);
            }
        };
    }
}
