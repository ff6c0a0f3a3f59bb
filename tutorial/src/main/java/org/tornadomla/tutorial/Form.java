package org.tornadomla.tutorial;

import java.util.Locale;

/** The two forms of the model that the tutorial compares. */
public enum Form {
    /** Many heads and a feed-forward, as in "Attention is all you need". */
    PAPER,
    /** Latent attention and a mixture of experts, as in DeepSeek-V2. */
    LATENT;

    private static final int HEADS = 4;
    private static final int SIZE = 16;
    private static final int LATENT_SIZE = 16;
    private static final int ROPE = 8;
    /** Numbers within the feed-forward. */
    private static final int INNER = 128;
    /** Numbers within an expert. */
    private static final int EXPERT = 48;
    /** Experts that a letter chooses from. */
    static final int EXPERTS = 4;
    /** Experts that a letter takes. */
    static final int TOP_K = 1;

    // page: form
    Layers layers(NetworkBuilder network) {
        return switch (this) {
            case PAPER ->
                new Layers(network, new MultiHeadAttention(network, HEADS, SIZE), new FeedForward(network, INNER));
            case LATENT -> new Layers(network, new LatentAttention(network, HEADS, SIZE, LATENT_SIZE, ROPE),
                    new ExpertMixture(network, EXPERT, EXPERTS, TOP_K));
        };
    }
    // end

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
