package org.tornadomla.config;

/** Names of a router's weights behind the prefix of its mixture. */
public enum RouterNames {
    /** DeepSeek's. */
    GATE("gate.weight", "gate.e_score_correction_bias"),
    /** LongCat's. */
    CLASSIFIER("router.classifier.weight", "router.e_score_correction_bias");

    private final String weight;
    private final String bias;

    RouterNames(String weight, String bias) {
        this.weight = weight;
        this.bias = bias;
    }

    /** Name of the weight, [experts, hidden]. */
    public String weight() {
        return weight;
    }

    /** Name of the selection bias, [experts]. */
    public String bias() {
        return bias;
    }
}
