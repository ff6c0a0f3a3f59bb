package org.tornadomla.config;

/** How router logits become scores, {@code scoring_func}. */
public enum Scoring {
    /** Softmax over all routed experts (DeepSeek-V2). */
    SOFTMAX,
    /** Logistic function of each logit on its own (DeepSeek-V3). */
    SIGMOID
}
