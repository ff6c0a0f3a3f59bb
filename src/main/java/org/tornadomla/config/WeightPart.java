package org.tornadomla.config;

/** What a weight is for. */
public enum WeightPart {
    /** Token embedding. */
    EMBEDDING,
    /** Norms before attention, before feed-forward and at the end. */
    NORM,
    /** Everything under {@code self_attn}, its norms included. */
    ATTENTION,
    /** Feed-forward of a dense layer. */
    DENSE,
    /** Router of a mixture, its selection bias included. */
    ROUTER,
    /** A routed expert. */
    ROUTED_EXPERT,
    /** The shared experts, stored as one. */
    SHARED_EXPERT,
    /** Projection of a hidden state and an embedding together, before the layers of a prediction. */
    JUNCTION,
    /** Output projection to the vocabulary. */
    HEAD
}
