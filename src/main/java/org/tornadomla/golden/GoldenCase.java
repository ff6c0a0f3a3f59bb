package org.tornadomla.golden;

import java.util.Map;
import java.util.Optional;
import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.config.MlaConfig;

/**
 * Expected values of one attention layer, computed by an implementation that is not ours.
 *
 * @param name     the file's name without its ending
 * @param kind     where the values come from
 * @param config   the layer
 * @param weights  under their checkpoint names without prefix, as {@code "kv_b_proj.weight"}; [out, in]
 * @param inputs   what goes in
 * @param expected what must come out
 */
public record GoldenCase(String name, Kind kind, MlaConfig config, Map<String, TensorData> weights, Inputs inputs,
        Expected expected) {

    /** Where expected values come from. */
    public enum Kind {
        /** Hugging Face's transformers. */
        ATTENTION,
        /** The paper's equations as written. */
        PAPER
    }

    /**
     * What goes into the layer.
     *
     * @param x                [batch, tokens, hidden_size]
     * @param positions        [batch, tokens]
     * @param context          [batch, keys, hidden_size] of cross-attention; absent for self-attention
     * @param contextPositions [batch, keys]; empty without a context
     * @param mask             additive [batch or 1, heads or 1, tokens, keys], absent where {@code causal} says all
     * @param causal           whether a token sees itself and those before it only; false with a mask, which then says
     *                             it
     */
    public record Inputs(TensorData x, int[] positions, Optional<TensorData> context, int[] contextPositions,
            Optional<TensorData> mask, boolean causal) {
    }

    /**
     * What must come out.
     *
     * @param y         [batch, tokens, hidden_size]
     * @param cacheKv   latents a cache must hold [batch, keys, kv_lora_rank], where the case has them
     * @param cacheKr   rotary keys a cache must hold [batch, keys, qk_rope_head_dim], where the case has them
     * @param tolerance largest error as a fraction of the largest magnitude in {@code y}
     * @param rows      rows of one sequence outside which nothing of it is compared, where the case has padding
     */
    public record Expected(TensorData y, Optional<TensorData> cacheKv, Optional<TensorData> cacheKr, double tolerance,
            Optional<ComparedRows> rows) {

        /**
         * Whether a row is compared.
         *
         * @param sequence index of the sequence in its batch
         * @param row      index of the token in its sequence
         * @return false for padding
         */
        public boolean compares(int sequence, int row) {
            return rows.map(compared -> compared.sequence != sequence || compared.first <= row && row <= compared.last)
                    .orElse(true);
        }

        /**
         * Largest error over the compared rows.
         *
         * @param actual [batch, tokens, hidden_size]
         * @return largest difference, as a fraction of the largest magnitude in {@code y}; NaN where a number is not
         *         finite
         */
        public double relativeError(float[] actual) {
            int tokens = y.size(1);
            int width = y.size(2);
            double largest = 0;
            double worst = 0;
            for (int i = 0; i < y.values().length; i++) {
                int row = i / width;
                largest = Math.max(largest, Math.abs(y.values()[i]));
                if (compares(row / tokens, row % tokens)) {
                    worst = Math.max(worst, Math.abs((double) actual[i] - y.values()[i]));
                }
            }
            return worst / largest;
        }
    }

    /**
     * Rows of one sequence.
     *
     * @param sequence index of the sequence in its batch
     * @param first    first row
     * @param last     last row
     */
    public record ComparedRows(int sequence, int first, int last) {
    }
}
