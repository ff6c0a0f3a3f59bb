package org.tornadomla.decoder;

/** What a decoder gives of a token. */
public enum Output {
    /** [vocab_size] logits of what follows it. */
    LOGITS,
    /** [hidden_size] floats: its final hidden state, after the last norm, which is what the head reads. */
    HIDDEN
}
