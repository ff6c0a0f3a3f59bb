package org.tornadomla.reference;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.MlaConfig;

/** Latent attention on one sequence, which keeps the rows of what it has seen. */
public final class AttentionOracle implements BlockOracle<AttentionBlock> {

    private static final String CHOSEN = "chosen keys";

    @Override
    public Class<AttentionBlock> block() {
        return AttentionBlock.class;
    }

    @Override
    public Running start(AttentionBlock block, Function<String, float[]> weights, AttentionReference.Form form) {
        return start(block, weights, form, new Beside(KeyChoice.FIRST));
    }

    @Override
    public Running start(AttentionBlock block, Function<String, float[]> weights, AttentionReference.Form form,
            Beside beside) {
        MlaConfig config = block.config();
        AttentionReference reference = new AttentionReference(config, MlaReferenceWeights.of(config, weights));
        Optional<IndexerReference> indexer = config.indexer().filter(own -> !own.shared())
                .map(own -> new IndexerReference(config, name -> weights.apply(AttentionBlock.INDEXER + name),
                        beside.choice()));
        return new Running() {

            private LatentRows cache = LatentRows.NONE;

            @Override
            public double[] next(double[] normed, int first, int rows) {
                int[] positions = IntStream.range(first, first + rows).toArray();
                cache = cache.append(reference.project(normed, positions));
                indexer.ifPresent(
                        own -> beside.leave(CHOSEN, own.next(normed, reference.compressed(normed, rows), positions)));
                ScoreMask mask = ScoreMask.causal(first);
                if (config.indexer().isPresent()) {
                    boolean[][] chosen = beside.take(CHOSEN, boolean[][].class);
                    mask = mask.and((head, query, key) -> chosen[query][key] ? 0 : Double.NEGATIVE_INFINITY);
                }
                return reference.attend(normed, positions, cache, mask, form);
            }
        };
    }
}
