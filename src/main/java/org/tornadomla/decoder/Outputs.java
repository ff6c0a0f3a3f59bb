package org.tornadomla.decoder;

/**
 * What a decoder gave of a continuation, a row for each token whose outputs were wanted, in their order.
 *
 * @param logits [rows, vocab_size] logits; no rows where {@link Output#LOGITS} was not wanted
 * @param hidden [rows, hidden_size] final hidden states; no rows where {@link Output#HIDDEN} was not wanted
 */
public record Outputs(float[][] logits, float[][] hidden) {
}
