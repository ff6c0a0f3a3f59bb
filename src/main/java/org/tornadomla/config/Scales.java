package org.tornadomla.config;

/**
 * Factors that some models have where others have none.
 *
 * @param embedding on the embedding of a token ({@code scale_emb} of MiniCPM3)
 * @param residual  on what a block adds to the residual stream ({@code scale_depth / sqrt(num_hidden_layers)})
 * @param logits    on the logits ({@code dim_model_base / hidden_size})
 */
public record Scales(double embedding, double residual, double logits) {

    /** No factors. */
    public static final Scales NONE = new Scales(1, 1, 1);

    /**
     * Checks the values.
     *
     * @throws org.tornadomla.error.ConfigurationException naming the first value out of range
     */
    public Scales {
        Checks.positive("scale_emb", embedding);
        Checks.positive("scale_depth / sqrt(num_hidden_layers)", residual);
        Checks.positive("dim_model_base / hidden_size", logits);
    }

    static Scales read(JsonObject json) {
        int layers = json.integer("num_hidden_layers");
        double width = json.integer("hidden_size");
        return new Scales(json.number("scale_emb", 1),
                json.number("scale_depth", Math.sqrt(layers)) / Math.sqrt(layers),
                json.number("dim_model_base", width) / width);
    }
}
