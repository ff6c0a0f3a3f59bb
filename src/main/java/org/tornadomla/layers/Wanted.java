package org.tornadomla.layers;

/** What a round is to give; where it is not wanted, the stage that computes it does not run. */
public enum Wanted {
    /** The output of an attention layer, for every token. */
    LAYER,
    /** Logits over the vocabulary, for the rows that are asked for. */
    LOGITS
}
