package org.tornadomla.config;

import java.util.Optional;

import org.tornadomla.annotation.PublicApi;

/**
 * A factor on queries that grows with their positions: 1 + beta ln(1 + floor(position / span)), Mistral 4's.
 *
 * @param beta  {@code llama_4_scaling_beta}
 * @param span  positions that share a factor, {@code original_max_position_embeddings}
 * @param spans how many there are up to the model's last position
 */
@PublicApi
public record QueryGrowth(double beta, int span, int spans) {

    static final String BETA = "llama_4_scaling_beta";

    /**
     * Checks the values.
     *
     * @throws org.tornadomla.error.ConfigurationException naming the first value out of range
     */
    public QueryGrowth {
        Checks.positive(BETA, beta);
        Checks.width("original_max_position_embeddings", span);
        Checks.width("spans of positions", spans);
    }

    static Optional<QueryGrowth> read(JsonObject rope, int positions) {
        if (!rope.has(BETA)) {
            return Optional.empty();
        }
        int span = rope.integer("original_max_position_embeddings");
        Checks.width("original_max_position_embeddings", span);
        return Optional.of(new QueryGrowth(rope.number(BETA), span, positions / span + 1));
    }

    /**
     * The factor.
     *
     * @param position of a query
     * @return at least 1
     */
    public double factor(int position) {
        int passed = position / span;
        return 1 + beta * Math.log1p(passed);
    }
}
